#!/usr/bin/env python3
"""An agent of Baton's protocol with nothing but the standard library."""

import json
import sys
import uuid
from pathlib import Path


def say(event: dict) -> None:
    """Writes an event: one JSON object on one line, at once."""
    print(json.dumps(event), flush=True)


def hear() -> dict:
    """Reads the next line of standard input; Baton closes it when the run is over."""
    line = sys.stdin.readline()
    if not line:
        sys.exit("Baton closed standard input")
    return json.loads(line)


def checkpoint(message: str) -> bool:
    """Has Baton commit the tree and run the test; tells whether it passed."""
    say({"type": "checkpoint", "message": message, "run": ["test"]})
    return all(check["passed"] for check in hear()["checks"])


def end(result: dict) -> None:
    say({"type": "usage", "inputTokens": 0, "outputTokens": 0, "costUsd": 0})
    say({"type": "result", "result": result})
    sys.exit(0)


def write_test(greeting: str) -> None:
    Path("greet-test.sh").write_text(f'#!/bin/sh\n[ "$(sh ./greet.sh Ada)" = "{greeting}, Ada" ]\n')


def main() -> None:
    task = hear()
    resume = task["resume"]
    session = resume["sessionId"] if resume else f"greeter-{uuid.uuid4()}"
    say({"type": "session", "id": session})
    memory = Path.home() / f"{session}.json"  # HOME is the agent's own, and the same in all its runs

    if resume is None:
        say({"type": "progress", "percent": 20, "note": "writes the failing test"})
        write_test("Hello")
        if checkpoint("RED: greets by name"):
            end({"status": "failed", "reason": "the test passes without code"})
        question = {"text": "Which greeting?", "options": ["Hello", "Hi"], "recommended": "Hello"}
        end({"status": "blocked", "question": question})

    if resume["answer"] is not None:
        memory.write_text(json.dumps({"greeting": resume["answer"]}))
    greeting = json.loads(memory.read_text())["greeting"] if memory.exists() else "Hello"
    say({"type": "progress", "percent": 60, "note": "writes the code"})
    Path("greet.sh").write_text(f'echo "{greeting}, $1"\n')
    write_test(greeting)
    if not checkpoint("GREEN: greets by name"):
        end({"status": "failed", "reason": "the test is still red"})
    end({"status": "done", "summary": "Greets by name.", "decisions": [f"The greeting is {greeting}."]})


if __name__ == "__main__":
    main()
