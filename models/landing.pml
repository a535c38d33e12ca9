/*
 * How features land in one base that others push to as well, with every crash that the code can have.
 *
 *   Feature        Landing.land and attempt, src/workflows/feature/landing.ts
 *   holder         queueWorkflow and Turns.hold, src/workflows/queue: one feature at a time; if a holder is terminated,
 *                  the queue finds out and gives the turn to the next, while an attempt of the first may still go on
 *   prepare        prepareLanding, src/work/landing.ts: merges with the base as it is, and judges that commit
 *   Land           one attempt of the activity land: land, src/work/landing.ts, and landIntoBase, src/git/remote/landing.ts
 *   Outsider       somebody who pushes to the base, as git does: on what he saw, or not at all
 *
 * An attempt that dies and one that stands still are one thing: the server gives it up, another begins, and the first may
 * stop at any step or go on at any later time.
 *
 * fails with: NO_LEASE, BLIND
 */
#define FEATURES 2
#define COMMITS 12
#ifndef GIVEN_UP
#define GIVEN_UP 1 /* attempts that die or stand still, in all; more take minutes and gigabytes */
#endif
#define DIES atomic { givenUp < GIVEN_UP -> givenUp++ }

#define LANDED 1
#define BASE_MOVED 2

byte base = 0; /* the branch at the origin; commit 0 is where all began */
byte made = 0;
byte parent[COMMITS];
byte owner[COMMITS];  /* 1 + the feature that a commit lands; 1 + FEATURES for the outsider's */
bool judged[COMMITS]; /* its content was measured as it is */
byte holder = 0;      /* 1 + the feature that has the turn */
byte ended = 0;
byte landed = 0;      /* features that report their landing */
byte givenUp = 0;
byte attempts = 0;
bool outsiderPushed = false;
chan answers[FEATURES] = [4] of { byte /* attempt */, byte /* answer */ };

inline make(for_whom, on_what, result) {
  d_step {
    made++;
    assert(made < COMMITS);
    parent[made] = on_what;
    owner[made] = for_whom;
    result = made
  }
}

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

/* Whether a feature's work is in b's history. */
inline has(b, feature, result) {
  d_step {
    byte step = b;
    result = false;
    do
    :: step != 0 && owner[step] == feature + 1 -> result = true; break
    :: step != 0 && owner[step] != feature + 1 -> step = parent[step]
    :: step == 0 -> break
    od;
    step = 0
  }
}

proctype Land(byte feature; byte attempt; byte expected; byte commit) {
  byte seen;
  bool there;
  if
  :: seen = base
  :: DIES; goto gone /* before it looked */
  fi;
  holds(seen, commit, there);
  if
  :: there -> answers[feature] ! attempt, LANDED; goto gone
  :: else
  fi;
  if
  :: seen != expected -> answers[feature] ! attempt, BASE_MOVED; goto gone
  :: else
  fi;
  if
#ifdef NO_LEASE
  :: base = commit
#else
  :: atomic { base == expected -> base = commit }
  :: base != expected -> answers[feature] ! attempt, BASE_MOVED; goto gone
#endif
  :: DIES; goto gone /* before the push */
  fi;
  if
  :: answers[feature] ! attempt, LANDED
  :: DIES /* after the push: nobody hears of it */
  fi;
gone:
  attempts--
}

proctype Feature(byte feature) {
  byte on, commit, attempt = 0, from, answer;
  bool there;
  atomic { holder == 0 -> holder = feature + 1 };
prepare:
  on = base;
#ifndef BLIND
  has(on, feature, there);
  if
  :: there -> goto reported /* an earlier attempt's push is found in the base */
  :: else
  fi;
#endif
  make(feature + 1, on, commit);
  judged[commit] = true;
again:
  attempt++;
  atomic { attempts++; run Land(feature, attempt, on, commit) };
  do
  :: answers[feature] ? from, answer ->
    if
    :: from == attempt -> break
    :: else /* of an attempt that was given up */
    fi
  :: DIES; goto again /* or stands still */
  :: timeout -> goto again
  :: DIES; goto terminated /* the feature is terminated by hand; its attempt goes on */
  od;
  if
  :: answer == BASE_MOVED -> goto prepare
  :: else
  fi;
reported:
  atomic {
    landed++;
    holder = 0;
    ended++
  };
  goto end;
terminated:
  atomic {
    holder = 0;
    ended++
  };
end:
  skip
}

proctype Outsider() {
  byte on, commit;
  on = base;
  make(FEATURES + 1, on, commit);
  judged[commit] = true; /* by whoever pushes it */
  if
  :: atomic { base == on -> base = commit; outsiderPushed = true }
  :: base != on
  fi;
  ended++
}

/* When everything is over: nothing is lost, nothing is there twice, all of it was judged, and reports are true. */
proctype Judge() {
  byte at, count[FEATURES + 1];
  ended == FEATURES + 1 && attempts == 0;
  d_step {
    at = base;
    do
    :: at != 0 -> assert(judged[at]); count[owner[at] - 1]++; at = parent[at]
    :: at == 0 -> break
    od
  };
  assert(count[0] <= 1 && count[1] <= 1);
  assert(count[0] + count[1] >= landed);
  assert(count[FEATURES] == outsiderPushed)
}

init {
  atomic {
    run Feature(0);
    run Feature(1);
    run Outsider();
    run Judge()
  }
}
