/* Offers what may be meant while somebody types into a search field. Without it the field is a plain
 * form. The list is the listbox of an ARIA combobox: arrows choose, Enter goes, Escape closes. */
"use strict";

for (const form of document.querySelectorAll("form.search")) {
  const field = form.querySelector("input");
  const list = document.createElement("ul");
  let wanted = 0; /* which answer is waited for; older ones are dropped */

  list.id = "suggestions-" + Math.random().toString(36).slice(2);
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.getAttribute("aria-label"));
  form.append(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (item) => {
    const before = chosen();
    if (before) before.setAttribute("aria-selected", "false");
    if (!item) return field.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", item.id);
  };

  const item = (hit, k) => {
    const made = document.createElement("li");
    const name = document.createElement("b");
    const text = document.createElement("span");
    made.id = list.id + "-" + k;
    made.dataset.address = new URL(hit.path, form.action).href;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    if (hit.code) made.className = "c" + Math.floor(hit.code / 100);
    name.textContent = hit.name;
    text.textContent = hit.title;
    made.append(name, " ", text);
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      location.href = made.dataset.address;
    });
    return made;
  };

  const show = (hits) => {
    list.replaceChildren(...hits.map(item));
    if (hits.length === 0) return close();
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const mine = ++wanted;
    const query = field.value.trim();
    if (query === "") return close();
    try {
      const answer = await fetch(form.action + ".json?q=" + encodeURIComponent(query));
      const found = answer.ok ? await answer.json() : { hits: [] };
      if (mine === wanted) show(found.hits.slice(0, 8));
    } catch {
      close(); /* the server has gone; the form itself will tell */
    }
  };

  let pause = 0;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 80);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const now = chosen();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && !list.hidden) {
      event.preventDefault();
      choose(now ? now.nextSibling || list.firstChild : list.firstChild);
    } else if (event.key === "ArrowUp" && !list.hidden) {
      event.preventDefault();
      choose(now ? now.previousSibling || list.lastChild : list.lastChild);
    } else if (event.key === "Enter" && now && !list.hidden) {
      event.preventDefault();
      location.href = now.dataset.address;
    }
  });
}
