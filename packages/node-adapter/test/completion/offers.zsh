# What zsh itself offers at the end of each line: zsh -f offers.zsh SCRIPT LINE…
#
# A second, interactive zsh runs in a terminal of its own, reads the script, gets a line and a tab at a time, and writes down what it
# hands to its own completion. Prints "NUMBER WORD" lines; the first line is 1.
zmodload zsh/zpty
found=$(mktemp)
export OFFERS=$found SCRIPT=$1
zpty shell zsh -f -i
# With -O, -A and -D compadd only asks; what is offered comes without them. Both hooks are set for one completion only.
zpty -w shell 'PROMPT=; stty -echo; autoload -U compinit; compinit -u -D; source $SCRIPT
asked=0
compadd() {
  [[ " ${argv[1,(i)(-|--)]} " == *" -"(O|A|D)" "* ]] && { builtin compadd "$@"; return }
  local -a offered; builtin compadd -A offered "$@"
  (( $#offered )) && print -rl -- "$asked "$^offered >> $OFFERS
  builtin compadd "$@"
}
begin() { (( asked += 1 )) }
finish() { print "end $asked" >> $OFFERS }
ask() { compprefuncs=(begin); comppostfuncs=(finish); zle complete-word; BUFFER= }
zle -N ask; bindkey "^I" ask; print "end 0" >> $OFFERS'
await() { repeat 600; do grep -q "^end $1\$" $found && return; sleep 0.05; done; print -u2 "zsh never ended line $1"; rm -f $found; exit 1 }
await 0
for number in {2..$#}; do
  zpty -w -n shell "${argv[number]}"$'\t'
  await $((number - 1))
done
grep -v '^end' $found | sort -u
zpty -d shell
rm -f $found
