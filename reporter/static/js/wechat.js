// Inside 微信: its camera and its place, through its own script (JS-SDK). Where that script does not come, is not
// allowed, or refuses, nothing happens: the page's ordinary ways are all still there.

const wx = window.wx;
const tag = document.querySelector("script[data-wechat-at]");
const form = document.getElementById("report-form");

async function signature(at) {
  const page = window.location.href.split("#")[0];
  const answer = await fetch(`${at}?page=${encodeURIComponent(page)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no signature");
  return answer.json();
}

const ready = (given) =>
  new Promise((resolve, reject) => {
    wx.ready(resolve);
    wx.error(reject);
    wx.config({ debug: false, ...given, jsApiList: ["chooseImage", "getLocalImgData", "getLocation"] });
  });

/** Call one of 微信's functions; what it gives, or an error when it fails or the person gives up. */
const asked = (name, wishes) =>
  new Promise((resolve, reject) => {
    wx[name]({ ...wishes, success: resolve, fail: reject, cancel: () => reject(new Error("cancelled")) });
  });

/** A picture of 微信's as a file: some phones give a data address, some its inside alone. */
async function fileOf(localId, number) {
  const { localData } = await asked("getLocalImgData", { localId });
  const bytes = Uint8Array.from(atob(localData.replace(/^data:[^,]*,/, "").replace(/\s/g, "")), (sign) => sign.charCodeAt(0));
  return new File([bytes], `wechat-${Date.now()}-${number}.jpg`, { type: "image/jpeg" });
}

async function shoot(input) {
  const { localIds } = await asked("chooseImage", { count: 1, sizeType: ["original"], sourceType: ["camera"] });
  const files = await Promise.all(localIds.map(fileOf));
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function wakeCamera() {
  const input = form.querySelector("[data-camera]");
  let works = true;
  input.addEventListener("click", (event) => {
    if (!works || input.disabled) return;
    event.preventDefault();
    shoot(input).catch((error) => {
      if (error?.message === "cancelled") return;
      works = false; // the next press opens the phone's own way
      input.click();
    });
  });
}

/** Where the phone is, as the browser itself would say it. */
function wakePlace() {
  form.locate = (found, refused) =>
    asked("getLocation", { type: "wgs84" }).then(
      ({ latitude, longitude, accuracy }) =>
        found({ coords: { latitude: Number(latitude), longitude: Number(longitude), accuracy: Number(accuracy) } }),
      refused,
    );
}

async function wake() {
  await ready(await signature(tag.dataset.wechatAt));
  wakeCamera();
  wakePlace();
}

if (wx?.config && tag && form) wake().catch(() => {});
