import fc from 'fast-check';

// A mutation is noticed or not: no smaller example is looked for, the same ones are tried each time, and a property of
// thousands of cases may not hold up each of thousands of mutations. So a score is a lower bound.
fc.configureGlobal({ seed: 1, endOnFailure: true, interruptAfterTimeLimit: 500 });
