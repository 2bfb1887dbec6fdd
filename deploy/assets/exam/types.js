// The shapes that travel between the parts of the exam's client; checked by `tsc`, nothing is left of them in the bundle.

/**
 * @typedef {{ id: string, html: string, most?: number }} Choice
 * @typedef {{ id: string, label: string, area: { shape: string, coords: number[] } }} Spot
 *
 * @typedef {object} Interaction
 * @property {string} id
 * @property {"choice" | "order" | "match" | "inline_choice" | "text_entry" | "essay" | "hotspot" | "slider"} kind
 * @property {string} prompt
 * @property {Choice[]} [choices]
 * @property {Choice[]} [sources]
 * @property {Choice[]} [targets]
 * @property {Spot[]} [spots]
 * @property {number} [least]
 * @property {number} [most]
 * @property {string} [style]
 * @property {boolean} [numeric]
 * @property {number} [expected_length]
 * @property {string} [unit]
 * @property {number} [expected_lines]
 * @property {number} [most_words]
 * @property {string} [image]
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} [alt]
 * @property {number} [lower]
 * @property {number} [upper]
 * @property {number} [step]
 *
 * @typedef {{ position: number, section: number, body: string, interactions: Interaction[] }} Item
 * @typedef {{ name: string, first: number, last: number, minutes: number | null }} Section
 * @typedef {{ version: number, title: string, language: string, navigation: "free" | "forward", sections: Section[], items: Item[], adaptive?: { most: number, pools: string[] } }} Paper
 * @typedef {{ item: Item | null, given: number, most: number, over: boolean }} Turn where a test stands whose questions are chosen one by one
 *
 * @typedef {string[] | Record<string, string[]>} Value what is given to an item: a list, or lists by interaction
 * @typedef {Record<string, string[]>} Given the same, always by interaction
 *
 * @typedef {object} Answer
 * @property {number} position
 * @property {number} revision
 * @property {Value} value
 * @property {boolean} marked
 * @property {string} at
 * @property {boolean} sent
 * @property {{ revision: number, value: Value, marked: boolean, at: string }} [displaced] what the server's newer one took the place of, never sent
 *
 * @typedef {{ position: number, revision: number, value: Value | string, marked: boolean }} Stored
 *
 * @typedef {object} OpenSection the section that may be worked on, where sections are taken one after the other
 * @property {number} number counted from 0
 * @property {number} from
 * @property {number} to
 * @property {string | null} deadline null without a time of its own
 * @property {number | null} remaining seconds, as of the answer it came with
 *
 * @typedef {object} State
 * @property {"waiting" | "admitted" | "running" | "paused" | "finished"} state
 * @property {string} server_time
 * @property {string | null} [started_at]
 * @property {string | null} [deadline]
 * @property {number | null} [remaining]
 * @property {string} [lease]
 * @property {Stored[]} [responses]
 * @property {string} [receipt]
 * @property {{ kind: string }} [sitting] only in the first answer
 * @property {OpenSection} [section] only where sections are taken one after the other
 * @property {(number | null)[]} [sections] the seconds of each, only in the first answer
 *
 * @typedef {{ saved: { position: number, revision: number }[], receipt: string, server_time: string, deadline: string | null, late?: boolean, section?: { number: number, deadline: string | null } }} Saved
 *
 * @typedef {object} Kept what this browser keeps of an attempt besides the answers
 * @property {string} attempt
 * @property {string} [lease]
 * @property {Paper} [paper]
 * @property {State} [state]
 * @property {number} [position]
 * @property {number} [skew] server's time minus this computer's, for a start without network only
 * @property {number} [seen]
 *
 * @typedef {Record<string, string>} Words
 */

export {};
