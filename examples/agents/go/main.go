// An agent of Baton's protocol with nothing but the standard library.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

type object map[string]any

type task struct {
	Resume *struct {
		SessionID string  `json:"sessionId"`
		Answer    *string `json:"answer"`
	} `json:"resume"`
}

type answer struct {
	Checks []struct {
		Passed bool `json:"passed"`
	} `json:"checks"`
}

// A task with a long handoff is longer than a bufio.Scanner's line.
var input = bufio.NewReader(os.Stdin)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// hear reads the next line of standard input; Baton closes it when the run is over.
func hear(into any) {
	line, err := input.ReadBytes('\n')
	check(err)
	check(json.Unmarshal(line, into))
}

// say writes an event: one JSON object on one line.
func say(event object) {
	check(json.NewEncoder(os.Stdout).Encode(event))
}

// checkpoint has Baton commit the tree and run the test; it tells whether that passed.
func checkpoint(message string) bool {
	say(object{"type": "checkpoint", "message": message, "run": []string{"test"}})
	var heard answer
	hear(&heard)
	for _, one := range heard.Checks {
		if !one.Passed {
			return false
		}
	}
	return true
}

func write(name, text string) {
	check(os.WriteFile(name, []byte(text), 0o644))
}

func writeTest(greeting string) {
	write("greet-test.sh", fmt.Sprintf("#!/bin/sh\n[ \"$(sh ./greet.sh Ada)\" = \"%s, Ada\" ]\n", greeting))
}

func work(given task, memory string) object {
	if given.Resume == nil {
		say(object{"type": "progress", "percent": 20, "note": "writes the failing test"})
		writeTest("Hello")
		if checkpoint("RED: greets by name") {
			return object{"status": "failed", "reason": "the test passes without code"}
		}
		return object{"status": "blocked", "question": object{
			"text": "Which greeting?", "options": []string{"Hello", "Hi"}, "recommended": "Hello",
		}}
	}
	if given.Resume.Answer != nil {
		write(memory, *given.Resume.Answer)
	}
	greeting := "Hello"
	if kept, err := os.ReadFile(memory); err == nil {
		greeting = string(kept)
	}
	say(object{"type": "progress", "percent": 60, "note": "writes the code"})
	write("greet.sh", fmt.Sprintf("echo \"%s, $1\"\n", greeting))
	writeTest(greeting)
	if !checkpoint("GREEN: greets by name") {
		return object{"status": "failed", "reason": "the test is still red"}
	}
	return object{"status": "done", "summary": "Greets by name.", "decisions": []string{"The greeting is " + greeting + "."}}
}

func main() {
	var given task
	hear(&given)
	session := fmt.Sprintf("greeter-%d", os.Getpid())
	if given.Resume != nil {
		session = given.Resume.SessionID
	}
	say(object{"type": "session", "id": session})
	// HOME is the agent's own, and the same in all its runs.
	result := work(given, filepath.Join(os.Getenv("HOME"), session))
	say(object{"type": "usage", "inputTokens": 0, "outputTokens": 0, "costUsd": 0})
	say(object{"type": "result", "result": result})
}
