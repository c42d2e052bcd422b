/** A config file that cannot be used: wrong usage, as a flag that does not exist. */
export class ConfigError extends RangeError {
  override readonly name = 'ConfigError';
}
