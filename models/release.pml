/*
 * How one operation of a release is run, with every crash that the code can have: never two of its copies at once, and
 * nothing of it at work once the next operation has begun.
 *
 *   Workflow    ReleaseRun.step, src/workflows/release/release-run.ts: one operation after the other
 *   Attempt     one attempt of the activity releaseStep: releaseStep, src/work/release.ts
 *   note        noteOperation, src/work/operation-note.ts: on the disk before the command is started
 *   end         endOperation: ends every process that carries the noted BATON_RUN, and sees it gone
 *   Command     the command, which outlives a worker that is killed; what starts it writes its end down (endFile)
 *
 * One worker at a time holds the home, so attempts of a worker that was killed do nothing more; but what they started
 * goes on. Within one worker an attempt that the server gave up is ended before the next one begins (src/activities/tries.ts), so here it
 * counts as killed as well.
 *
 * fails with: NOTE_AFTER_START, NO_END, ENDED_UNSEEN
 */
#define OPERATIONS 2
#ifndef GIVEN_UP
#define GIVEN_UP 3 /* workers that are killed, in all */
#endif

byte note = 0;            /* the try that the home's note names, 0: none */
byte ended = 0;           /* the try whose end is written down */
byte tries = 0;
byte running = 0;         /* copies of any operation at work */
byte operationOf[16];
bool alive[16];           /* of a try: its process is at work */
byte effects[OPERATIONS]; /* what came of an operation; the command bears repetition, so more than one does no harm */
byte current = 0;         /* the operation that the workflow is at */
byte killed = 0;
chan answers = [2] of { byte };

/* At work as soon as the launcher was asked for it: a launcher without its worker ends what it was asked to start. */
inline start(try) {
  atomic {
    run Command(try);
    alive[try] = true;
    running++;
    assert(running == 1);
    assert(operationOf[try] == current)
  }
}

proctype Command(byte try) {
  if
  :: atomic { alive[try] -> effects[operationOf[try]]++ };
    if
    :: atomic { alive[try] -> alive[try] = false; running--; ended = try } /* it ends by itself */
    :: !alive[try]
    fi
  :: !alive[try] /* it was ended */
  fi
}

proctype Attempt(byte operation) {
  byte try;
  /* First of all: whatever the note names is ended. */
#ifndef NO_END
  if
  :: atomic {
      note != 0 && note != ended && alive[note] ->
      alive[note] = false
#ifndef ENDED_UNSEEN
      ;
      running--
#endif
    }
#ifdef ENDED_UNSEEN
    ; /* the signal was sent, and nobody looked whether it is gone */
#endif
  :: else
  fi;
#endif
  /* An attempt before this one may have seen the end, and its worker died with the answer. */
  if
  :: note != 0 && note == ended && operationOf[note] == operation -> goto answered
  :: else
  fi;
  atomic {
    tries++;
    assert(tries < 16);
    try = tries;
    operationOf[try] = operation
  };
#ifdef NOTE_AFTER_START
  start(try);
  if
  :: note = try
  :: atomic { killed < GIVEN_UP -> killed++ }; answers ! 0; goto gone
  fi;
#else
  note = try;
  if
  :: atomic { killed < GIVEN_UP -> killed++ }; answers ! 0; goto gone
  :: skip
  fi;
  start(try);
#endif
  if
  :: ended == try
  :: atomic { killed < GIVEN_UP -> killed++ }; answers ! 0; goto gone /* the command goes on */
  fi;
answered:
  if
  :: answers ! 1
  :: atomic { killed < GIVEN_UP -> killed++ }; answers ! 0 /* it was done, and nobody heard of it */
  fi;
gone:
  skip
}

active proctype Workflow() {
  byte done;
  do
  :: current < OPERATIONS ->
    do
    :: run Attempt(current);
      answers ? done;
      if
      :: done -> break
      :: else /* the server gives the attempt up; the next worker on the home makes another one */
      fi
    od;
    current++
  :: current == OPERATIONS -> break
  od;
  /* An effect of each, and nothing at work that could have one later. */
  assert(effects[0] >= 1 && effects[1] >= 1);
  assert(running == 0)
}
