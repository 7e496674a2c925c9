// Keeps an open list up to date. Without it, "Look again" does the same.
const list = document.querySelector("[data-live]");
const said = document.querySelector("[data-live-status]");
const heard = document.querySelector("[data-live-heard]");

let source;
/** A list that came while somebody was in the one that is shown. */
let waiting;

const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

const say = (words) => {
  said.textContent = words;
};

/** Whether a pointer rests on the list. A finger that has left still counts as hovering to a style, so it is not asked. */
let rests = false;

// A row never moves under a pointer or a focus.
const held = () => rests || list.contains(document.activeElement);

const show = () => {
  if (waiting === undefined || held()) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = waiting.html;
  list.replaceChildren(fresh.content);
  say(`The list changed at ${waiting.at}.`);
  waiting = undefined;
};

const stop = () => {
  source?.close();
  source = undefined;
};

const listen = () => {
  if (source || document.hidden) return;
  source = new EventSource(list.dataset.live);
  source.addEventListener("open", () => {
    say("This list keeps itself up to date.");
    heard.textContent = `Last heard ${clock()}.`;
  });
  source.addEventListener("heard", () => {
    heard.textContent = `Last heard ${clock()}.`;
  });
  source.addEventListener("list", (event) => {
    const address = new URL(list.dataset.live, location.href);
    address.searchParams.set("seen", event.lastEventId);
    list.dataset.live = address.pathname + address.search;
    heard.textContent = `Last heard ${clock()}.`;
    waiting = { html: event.data, at: clock() };
    if (held()) say(`The list changed at ${waiting.at}. It is shown when you leave it.`);
    show();
  });
  source.addEventListener("ended", () => {
    stop();
    document.removeEventListener("visibilitychange", turn);
    say("This list is no longer kept up to date. Look again, or sign in again.");
  });
  source.addEventListener("error", () => {
    // The browser tries again by itself, but for an answer that is none.
    say(
      source?.readyState === EventSource.CLOSED
        ? "This list is no longer kept up to date. Look again."
        : "The connection is lost, and the list may have changed. It goes on by itself when the connection is back.",
    );
  });
};

// What nobody looks at is not asked for: browsers keep few lines to one house.
const turn = () => (document.hidden ? stop() : listen());

if (list && said && heard && "EventSource" in window) {
  document.addEventListener("visibilitychange", turn);
  list.addEventListener("pointerover", (event) => {
    rests = event.pointerType !== "touch";
  });
  list.addEventListener("pointerleave", () => {
    rests = false;
    show();
  });
  // The focus has not moved yet when it is told to.
  list.addEventListener("focusout", () => setTimeout(show));
  listen();
}
