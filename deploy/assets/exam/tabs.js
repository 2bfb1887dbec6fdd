// One tab at a time in one browser: the second says so and waits until the first is closed.

/**
 * Resolves when this tab is the one; calls `onWait` if another is.
 * @param {string} attempt @param {() => void} onWait @returns {Promise<void>}
 */
export function becomeOnlyTab(attempt, onWait) {
  const name = `merit-ujian-${attempt}`;
  return navigator.locks ? byLock(name, onWait) : byChannel(name, onWait);
}

/** @param {string} name @param {() => void} onWait @returns {Promise<void>} */
async function byLock(name, onWait) {
  /** @param {(value: void) => void} resolve */
  const hold = (resolve) => () => {
    resolve();
    return new Promise(() => undefined); // held until the tab is gone
  };
  const free = await new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => undefined) : undefined;
    });
  });
  if (free) return;
  onWait();
  await new Promise((resolve) => void navigator.locks.request(name, hold(resolve)));
}

/** Without Web Locks (no TLS): ask the others, wait while one answers. @param {string} name @param {() => void} onWait @returns {Promise<void>} */
function byChannel(name, onWait) {
  if (typeof BroadcastChannel === "undefined") return Promise.resolve();
  const channel = new BroadcastChannel(name);
  let mine = false;
  let answered = false;
  channel.onmessage = ({ data }) => {
    if (data === "ada?" && mine) channel.postMessage("ada");
    if (data === "ada" && !mine) answered = true;
  };
  return new Promise((resolve) => {
    const ask = () => {
      answered = false;
      channel.postMessage("ada?");
      setTimeout(() => {
        if (answered) {
          onWait();
          setTimeout(ask, 2000);
        } else {
          mine = true;
          resolve();
        }
      }, 300);
    };
    ask();
  });
}
