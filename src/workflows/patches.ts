import { patched } from '@temporalio/workflow';

// What changed in the order of a workflow's commands since histories were first kept: those that began before
// go on as they began. A line here stays as long as such a history is kept in test/histories.

/** Gates that need not be alone are measured side by side; before, all of them one after the other. */
export const gatesSideBySide = (): boolean => patched('gates-side-by-side');

/** Packets start while the approved design is still being merged; before, they waited for that. */
export const packetsBesideDesignMerge = (): boolean => patched('packets-beside-design-merge');

/** What doesn't fit on a base that moved goes to an agent first, and the landing's turn is given back meanwhile. */
export const landingMended = (): boolean => patched('landing-mended');

/** A queue looks after its holder only while somebody waits behind it; before, every five minutes anyhow. */
export const looksForThoseWaiting = (): boolean => patched('looks-for-those-waiting');

/** Sizes of packets yet to be done are corrected by what the merged ones took; before, they stayed as planned. */
export const measuredSizes = (): boolean => patched('measured-sizes');

/** A merged packet's tree is removed beside what goes on; before, its dependents waited for that. */
export const treeGoesWithMerge = (): boolean => patched('tree-goes-with-merge');

/** Where an agent's tries are used up, the role's other agent takes over by itself; before, people were asked first. */
export const otherAgentTakesOver = (): boolean => patched('other-agent-takes-over');

/** A packet that ends without an outcome tells what it ran; before, that was missing in the report. */
export const runsToldAtEnd = (): boolean => patched('runs-told-at-end');

/** After so many questions of an agent a person answers the next; before, a recommendation was taken for ever. */
export const questionsBounded = (): boolean => patched('questions-bounded');

/** A design whose criteria no check could prove goes back to the designer; before, its packets failed later. */
export const criteriaProvable = (): boolean => patched('criteria-provable');

/** Gates are measured again on what lands where its tree isn't the one they were measured on. */
export const gatesOnLanding = (): boolean => patched('gates-on-landing');

/** A check that was red from the start and has no report is asked about at each landing. */
export const namelessRedAsked = (): boolean => patched('nameless-red-asked');

/** A packet gives its slot back as soon as its agent has ended; before, it kept it while its checks ran. */
export const checksWithoutSlot = (): boolean => patched('checks-without-slot');

/** Criteria of merged packets are looked at once more before a pull request is opened, as before any other landing. */
export const pullRequestsJudged = (): boolean => patched('pull-requests-judged');

/** A packet that a person drops before its start is confirmed is told so then; before, its workflow went on. */
export const dropToldAtStart = (): boolean => patched('drop-told-at-start');

/** What people say to agents is passed on one message at a time, and bounded; before, each signal at once. */
export const messagesPassedInTurn = (): boolean => patched('messages-passed-in-turn');

/** What a feature can't be told by a signal, because it had as many as a server takes, is told by an update. */
export const toldByUpdate = (): boolean => patched('told-by-update');

/** A feature ends before its history is so long that the server would terminate it. */
export const endsBeforeFull = (): boolean => patched('ends-before-full');

/** A paused workflow says so in its memo, by which agents that have not begun are held back. */
export const pauseHoldsBack = (): boolean => patched('pause-holds-back');

/** If the branch isn't where a merge was judged, a person can have it judged anew; before, only the same move again. */
export const mergesAnew = (): boolean => patched('merges-anew');

/** Children are reached by their id where they are another execution's, as after a reset; before, the feature waited for ever. */
export const childrenById = (): boolean => patched('children-by-id');

/** What people say while a packet is judged before its merge is heard first; before, it was lost with the merge. */
export const heardBeforeMove = (): boolean => patched('heard-before-move');

/** A packet that asked in its turn to be merged waits for a turn again; before, all that had asked went on at once. */
export const turnAfterQuestion = (): boolean => patched('turn-after-question');

/** What people say to an agent interrupts its run, and no question about it; before, the answer went to the next one. */
export const questionsStay = (): boolean => patched('questions-stay');

/** A packet that never had a home has no tree to remove; before, its end waited for a home. */
export const nothingToRemove = (): boolean => patched('nothing-to-remove');

/** A plan that people change before they approve it is looked at again and asked about anew; before, it couldn't be changed then. */
export const planBeforeApproval = (): boolean => patched('plan-before-approval');

/** What a run came to whose call ended without an answer is asked of its home; before, it was forgotten. */
export const unheardRunsAsked = (): boolean => patched('unheard-runs-asked');

/** A turn that an execution before a reset asked for is given back; before, it was held until the feature ended. */
export const strangeTurnsGivenBack = (): boolean => patched('strange-turns-given-back');

/** A holder that waits behind itself is told of its turn again, so that it gives it back; before, it was only looked for. */
export const turnToldAgain = (): boolean => patched('turn-told-again');

/** A release of an execution before takes its traffic back, and asks, first; before, it was terminated after a minute or left alone. */
export const releasesEndFirst = (): boolean => patched('releases-end-first');
