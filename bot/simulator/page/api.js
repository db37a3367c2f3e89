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

export const send = (chat, from, text, replyTo) =>
  ask(`chats/${chat}/messages`, { from, text, reply_to: replyTo });

export const press = (chat, from, message, data) =>
  ask(`chats/${chat}/press`, { from, message_id: message, data });

const EVENTS = ["message", "edited", "deleted", "typing", "toast", "profile", "call"];

// `told(kind, content)` hears every event, `changed(isOpen)` when the connection comes and goes.
export function listen(told, changed) {
  const source = new EventSource("/sim/events");
  source.addEventListener("open", () => changed(true));
  source.addEventListener("error", () => changed(false));
  for (const kind of EVENTS) {
    source.addEventListener(kind, (event) => told(kind, JSON.parse(event.data)));
  }
}
