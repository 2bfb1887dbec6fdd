// Answers on their way: every change is kept here before it is sent, and stays until the server has said it has it.

/**
 * @typedef {import("./types.js").Answer} Answer
 * @typedef {import("./types.js").Stored} Stored
 * @typedef {import("./types.js").Value} Value
 */

/**
 * @param {import("./store.js").Store} store
 * @param {string} attempt
 */
export async function openOutbox(store, attempt) {
  /** @type {Map<number, Answer>} */
  const answers = new Map((await store.answers(attempt)).map((answer) => [answer.position, answer]));
  let durable = store.durable;

  /** @param {Answer[]} changed */
  async function keep(changed) {
    for (const answer of changed) answers.set(answer.position, answer);
    try {
      if (changed.length) await store.putAnswers(attempt, changed);
    } catch {
      durable = false; // a full or broken disk: go on from memory, and say so
    }
  }

  return {
    /** Whether unsent answers would outlive a crash. */
    isDurable: () => durable,
    /** @param {number} position */
    get: (position) => answers.get(position),
    /** Answers of this browser which were never sent and gave way to other ones of the server. */
    displaced: () => [...answers.values()].filter((answer) => answer.displaced).sort((a, b) => a.position - b.position),
    all: () => [...answers.values()],
    pending: () => [...answers.values()].filter((answer) => !answer.sent).sort((a, b) => a.position - b.position),

    /** @param {number} position @param {Value} value @param {boolean} marked @param {string} at */
    async change(position, value, marked, at) {
      const before = answers.get(position);
      if (before && before.marked === marked && sameValue(before.value, value)) return false;
      await keep([{ position, revision: (before?.revision ?? 0) + 1, value, marked, at, sent: false }]);
      return true;
    },

    /** The server has these. @param {{ position: number, revision: number }[]} saved */
    async acknowledge(saved) {
      const settled = saved.flatMap(({ position, revision }) => {
        const answer = answers.get(position);
        return answer && !answer.sent && answer.revision === revision ? [{ ...answer, sent: true }] : [];
      });
      await keep(settled);
    },

    /**
     * Join what the server holds when work resumes: its higher revision wins, a higher one here is sent; what it had
     * acknowledged and no longer has (a restored backup, or what came late before time was given back) is sent again.
     * What was never sent and gives way is set aside and told. After the end nothing gives way: what is unsent goes out
     * as late, for people to decide on.
     * @param {Stored[]} stored @param {boolean} isOver
     */
    async adopt(stored, isOver = false) {
      const there = new Map(stored.map((answer) => [answer.position, answer]));
      /** @type {Answer[]} */
      const changed = [];
      for (const answer of there.values()) {
        const here = answers.get(answer.position);
        if (here && (here.revision > answer.revision || (isOver && !here.sent))) continue;
        const value = parsed(answer.value);
        const gaveWay = here && !here.sent && !(here.marked === answer.marked && sameValue(here.value, value));
        const displaced = gaveWay ? { revision: here.revision, value: here.value, marked: here.marked, at: here.at } : here?.displaced;
        changed.push({ position: answer.position, revision: answer.revision, marked: answer.marked, value, at: here?.at ?? "", sent: true, ...(displaced && { displaced }) });
      }
      for (const here of answers.values())
        if (here.sent && here.revision > (there.get(here.position)?.revision ?? 0)) changed.push({ ...here, sent: false });
      await keep(changed);
    },

    /**
     * The server already had newer ones. What was changed here since work began is the candidate's last word and goes out
     * above them; equal values are simply settled.
     * @param {Stored[]} stored
     */
    async raise(stored) {
      const changed = stored.flatMap((there) => {
        const here = answers.get(there.position);
        if (!here || here.sent) return [];
        const equal = here.marked === there.marked && sameValue(here.value, parsed(there.value));
        return [{ ...here, revision: equal ? there.revision : there.revision + 1, sent: equal }];
      });
      await keep(changed);
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof openOutbox>>} Outbox */

/** @param {Value | string} value @returns {Value} */
function parsed(value) {
  return typeof value === "string" ? JSON.parse(value) : value;
}

/** @param {Value} one @param {Value} other */
function sameValue(one, other) {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** The server keeps the parts of an answer in the order of their names. @param {Value} value */
function sorted(value) {
  return Array.isArray(value) ? value : Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
}
