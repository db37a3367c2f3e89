// What the page says, in English and Chinese.

const ENGLISH = {
  title: "playground",
  tagline: (file) => `One question, looked at closely. Labels go to ${file}; weights are never saved.`,
  ask: "Ask your documents",
  weights: "Weights",
  keys: {
    "/": "to the question", Enter: "ask", "j k ↓ ↑": "next and previous passage", a: "this is the answer",
    n: "the documents do not say", f: "feature bars: order or confidence", w: "weights", r: "weights as shipped", "?": "this list",
  },
  said: (n) => (n === 1 ? "Says the first excerpt" : `Says ${n} excerpts`),
  silent: "Silent",
  smallTalk: "Small talk: nothing is looked up.",
  nothing: "Nothing was found.",
  belowThreshold: (confidence, threshold) => `Confidence ${confidence} is below the threshold ${threshold}.`,
  against: (names) => `Most against it: ${names}.`,
  confidence: "confidence",
  order: "order",
  score: "score",
  bars: (kind) => ({ order: "What each feature adds to the order", confidence: "What each feature adds to the confidence (log odds)" })[kind],
  value: "value",
  answer: "This is the answer",
  labelled: "labelled as an answer",
  unanswerable: "The documents do not say",
  knownUnanswerable: "labelled: the documents do not say",
  written: (file) => `Written to ${file}`,
  removed: (file) => `Taken out of ${file}`,
  threshold: "threshold",
  intercept: "intercept",
  reset: "As shipped",
  unsaved: "For this page alone; nothing is saved.",
  feature: "feature",
  failed: "The playground has stopped.",
};

const CHINESE = {
  title: "试验台",
  tagline: (file) => `细看一个问题。标注写入 ${file}；权重从不保存。`,
  ask: "向文档提问",
  weights: "权重",
  keys: {
    "/": "回到问题", Enter: "提问", "j k ↓ ↑": "下一段、上一段", a: "这就是答案",
    n: "文档里没有答案", f: "特征条：排序或把握", w: "权重", r: "恢复权重", "?": "按键说明",
  },
  said: (n) => `会回答 ${n} 段`,
  silent: "不回答",
  smallTalk: "寒暄：不检索。",
  nothing: "什么也没找到。",
  belowThreshold: (confidence, threshold) => `把握 ${confidence} 低于门槛 ${threshold}。`,
  against: (names) => `最不利的是：${names}。`,
  confidence: "把握",
  order: "排序",
  score: "得分",
  bars: (kind) => ({ order: "每个特征对排序的贡献", confidence: "每个特征对把握的贡献（对数几率）" })[kind],
  value: "取值",
  answer: "这就是答案",
  labelled: "已标注为答案",
  unanswerable: "文档里没有答案",
  knownUnanswerable: "已标注：文档里没有答案",
  written: (file) => `已写入 ${file}`,
  removed: (file) => `已从 ${file} 删除`,
  threshold: "门槛",
  intercept: "截距",
  reset: "恢复",
  unsaved: "只在本页有效，不会保存。",
  feature: "特征",
  failed: "试验台已停止。",
};

const asked = new URLSearchParams(location.search).get("lang");
const isChinese = (asked ?? navigator.language).toLowerCase().startsWith("zh");

export const language = isChinese ? "zh" : "en";
export const words = isChinese ? CHINESE : ENGLISH;
