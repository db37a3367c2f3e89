// Talks to the simulator: questions, actions, and the stream of events.

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(`/sim/${path}`, options);
  const content = await response.json();
  if (!response.ok) throw new Error(content.error ?? `status ${response.status}`);
  return content;
}

export const chats = async () => (await ask("chats")).chats;
export const messages = async (chat) => (await ask(`chats/${chat}/messages`)).messages;
export const calls = async () => (await ask("calls")).calls;
export const report = () => ask("report");

// `more` may hold reply_to, thread and file_id.
export const send = (chat, from, text, more = {}) =>
  ask(`chats/${chat}/messages`, { from, text, ...more });

export const edit = (chat, from, message, text) =>
  ask(`chats/${chat}/edit`, { from, message_id: message, text });

export const remove = (chat, from, message) =>
  ask(`chats/${chat}/delete`, { from, message_id: message });

export const press = (chat, from, message, data) =>
  ask(`chats/${chat}/press`, { from, message_id: message, data });

export const changeChat = (chat, changes) => ask(`chats/${chat}/change`, changes);

export const openTopic = (chat, from, name) => ask(`chats/${chat}/topics`, { from, name });

// What someone types after the bot's name; the answer comes at once or as an event.
export const inline = (chat, from, query, offset = "") =>
  ask(`chats/${chat}/inline`, { from, query, offset });

export const choose = (query, result) => ask("choose", { query_id: query, result_id: result });

export async function upload(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let content = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    content += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  const named = { name: file.name, mime_type: file.type || "application/octet-stream" };
  return (await ask("files", { ...named, content: btoa(content) })).file_id;
}

export const fileAddress = (id) => `/sim/files/${encodeURIComponent(id)}`;

export const faults = () => ask("faults");
export const addFault = (fault) => ask("faults", fault);
export const removeFault = (number) => ask("faults/remove", { number });
export const goDown = (seconds) => ask("down", { seconds });
export const updates = (change) => ask("updates", change);

const EVENTS = [
  "message", "edited", "deleted", "typing", "toast", "profile", "call", "inline", "faults",
];

// `told(kind, content)` hears every event, `changed(isOpen)` when the connection comes and goes.
export function listen(told, changed) {
  const source = new EventSource("/sim/events");
  source.addEventListener("open", () => changed(true));
  source.addEventListener("error", () => changed(false));
  for (const kind of EVENTS) {
    source.addEventListener(kind, (event) => told(kind, JSON.parse(event.data)));
  }
}
