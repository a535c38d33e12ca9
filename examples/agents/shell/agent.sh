#!/bin/sh
# An agent in plain shell. Its patterns work because Baton writes its JSON without spaces; a real one uses jq.
set -eu
read -r task                                    # the task: one line of JSON
say() { printf '%s\n' "$1"; }                   # an event: one line of JSON
checkpoint() {                                  # commits, runs the test, waits for the answer
  say '{"type":"checkpoint","message":"'"$1"'","run":["test"]}'
  read -r answer
}
failed() { say '{"type":"result","result":{"status":"failed","reason":"'"$1"'"}}'; exit 0; }
write_test() { printf '#!/bin/sh\n[ "$(sh ./greet.sh Ada)" = "%s, Ada" ]\n' "$1" > greet-test.sh; }

say '{"type":"session","id":"greeter"}'         # HOME is the agent's own: the session is a file there
session=$HOME/greeter
case $task in
*'"resume":{'*) ;;                              # goes on with the session: RED was measured before
*)
  say '{"type":"progress","percent":20,"note":"writes the failing test"}'
  write_test Hello
  checkpoint 'RED: greets by name'
  case $answer in *'"passed":true'*) failed 'the test passes without code' ;; esac
  say '{"type":"usage","inputTokens":0,"outputTokens":0,"costUsd":0}'
  say '{"type":"result","result":{"status":"blocked","question":{"text":"Which greeting?","options":["Hello","Hi"],"recommended":"Hello"}}}'
  exit 0
  ;;
esac

case $task in
*'"answer":"Hi"'*) echo Hi > "$session" ;;
*'"answer":"Hello"'*) echo Hello > "$session" ;;
esac
greeting=$(cat "$session" 2>/dev/null || echo Hello)
say '{"type":"progress","percent":60,"note":"writes the code"}'
printf 'echo "%s, $1"\n' "$greeting" > greet.sh
write_test "$greeting"
checkpoint 'GREEN: greets by name'
case $answer in *'"passed":false'*) failed 'the test is still red' ;; esac
say '{"type":"usage","inputTokens":0,"outputTokens":0,"costUsd":0}'
say '{"type":"result","result":{"status":"done","summary":"Greets by name.","decisions":["A person chose the greeting."]}}'
