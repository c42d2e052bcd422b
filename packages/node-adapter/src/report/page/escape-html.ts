const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Not allowed in HTML, or able to turn round the text that follows: shown as the sign for what cannot be shown. */
const invisible = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

/** Text as HTML, good between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(invisible, '\ufffd').replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** A file name or a label, isolated so that one that is written from right to left turns nothing else round. */
export function bdi(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

/**
 * JSON inside a `<script>` element: neither `</script>` nor `<!--` can occur, and older engines read U+2028 as the end of a
 * line. Marks that turn text round cannot mislead who reads the page's source.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
