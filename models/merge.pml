/*
 * How packets are merged into the integration branch, with every crash that the code can have.
 *
 *   Packet       PacketRun.integrate, src/workflows/packet/packet-run.ts: what its history records survives everything
 *   turn         MergeTurn, src/workflows/feature/board/merge-turn.ts: one packet of a feature at a time
 *   prepare      prepareMerge, src/work/integrate.ts: makes a commit on the head, and moves nothing
 *   Move         one attempt of the activity moveBranch: moveIntegration, src/work/integrate.ts, and compareAndSwap,
 *                src/git/remote/hub.ts
 *
 * A worker that dies, stands still or is cut off is one thing here: the server gives its attempt up and another one
 * begins, while the first may stop at any step, or go on at any later time. The server takes no answer of an attempt that
 * was given up.
 *
 * fails with: NO_LEASE, NO_TURN, NO_RECORD, NO_LOOK
 */
#define PACKETS 2
#ifndef GIVEN_UP
#define GIVEN_UP 2 /* attempts that die or stand still, in all; more take minutes and gigabytes */
#endif
#define DIES atomic { givenUp < GIVEN_UP -> givenUp++ }
#define COMMITS 10

#define MOVED 1
#define WAS_THERE 2
#define SOMEBODY_ELSE 3

byte head = 0; /* the branch on the hub; commit 0 is where the feature began */
byte made = 0;
byte parent[COMMITS];
byte owner[COMMITS]; /* 1 + the packet whose work a commit brings */
byte turn = 0;       /* 1 + the packet that has it */
byte merged = 0;
byte givenUp = 0;
byte attempts = 0;   /* that may still do something */
chan answers[PACKETS] = [4] of { byte /* attempt */, byte /* answer */ };

/* Whether commit a is b, or in b's history. */
inline holds(b, a, result) {
  d_step {
    byte at = b;
    do
    :: at == a -> result = true; break
    :: at != a && at != 0 -> at = parent[at]
    :: at != a && at == 0 -> result = false; break
    od;
    at = 0
  }
}

proctype Move(byte packet; byte attempt; byte old; byte new) {
  byte seen;
  bool there;
again:
  if
  :: seen = head
  :: DIES; goto gone /* before it looked */
  fi;
#ifndef NO_LOOK
  holds(seen, new, there);
  if
  :: there -> answers[packet] ! attempt, WAS_THERE; goto gone
  :: !there && seen != old -> answers[packet] ! attempt, SOMEBODY_ELSE; goto gone
  :: else
  fi;
#else
  if
  :: seen != old -> answers[packet] ! attempt, SOMEBODY_ELSE; goto gone
  :: else
  fi;
#endif
  /* Here it may stand still for as long as it likes. */
  if
#ifdef NO_LEASE
  :: head = new
#else
  :: atomic { head == old -> head = new }
  :: head != old -> goto again
#endif
  :: DIES; goto gone /* before the push */
  fi;
  if
  :: answers[packet] ! attempt, MOVED
  :: DIES /* after the push: nobody hears of it */
  fi;
gone:
  attempts--
}

proctype Packet(byte packet) {
  byte old, new, attempt = 0, from, answer;
#ifndef NO_TURN
  atomic { turn == 0 -> turn = packet + 1 };
#endif
prepare:
  old = head;
  d_step {
    made++;
    assert(made < COMMITS);
    parent[made] = old;
    owner[made] = packet + 1;
    new = made
  };
  if
  :: skip /* recorded */
  :: DIES; goto prepare /* before it was recorded */
  fi;
attempt_again:
  attempt++;
  atomic { attempts++; run Move(packet, attempt, old, new) };
  do
  :: answers[packet] ? from, answer ->
    if
    :: from == attempt -> break
    :: else /* of an attempt that was given up */
    fi
  :: DIES; /* or stands still: it may go on at any later time */
#ifdef NO_RECORD
    goto prepare
#else
    goto attempt_again
#endif
  :: timeout ->
    /* The attempt died and no more may: the server notices, and the next one is the last. */
#ifdef NO_RECORD
    goto prepare
#else
    goto attempt_again
#endif
  od;
  assert(answer != SOMEBODY_ELSE);
  atomic {
    merged++;
    turn = 0
  }
}

/* When everything is over, each packet's work is on the branch, once. */
proctype Judge() {
  byte at, count[PACKETS];
  merged == PACKETS && attempts == 0;
  d_step {
    at = head;
    do
    :: at != 0 -> count[owner[at] - 1]++; at = parent[at]
    :: at == 0 -> break
    od
  };
  assert(count[0] == 1 && count[1] == 1)
}

init {
  atomic {
    run Packet(0);
    run Packet(1);
    run Judge()
  }
}
