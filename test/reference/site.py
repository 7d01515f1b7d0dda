# SPDX-License-Identifier: Apache-2.0
"""site.py DIR: reads an exported reference as a browser would.

Each page is well formed, says its language, has a title, repeats no id, brings no script and no
style of its own, takes nothing from elsewhere, and each link within the site has its target. The
colours of the style sheet reach a contrast of 4.5 to 1 on both of their grounds.
"""
import os
import re
import sys
import xml.etree.ElementTree as tree

HTML = "{http://www.w3.org/1999/xhtml}"
PAGES = {"codes": 75, "headers": 134, "methods": 14, "tags": 36, "warnings": 15, "rules": 55}
breaches = []


def read(root):
    pages = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if not name.endswith(".html"):
                continue
            try:
                pages[path] = tree.parse(os.path.join(root, path)).getroot()
            except tree.ParseError as error:
                breaches.append(f"{path}: {error}")
    return pages


def ids_of(page):
    return [element.get("id") for element in page.iter() if element.get("id")]


def check_link(root, pages, path, link):
    if link.startswith("https://www.rfc-editor.org/"):
        return
    name, _, fragment = link.partition("#")
    target = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
    if not os.path.isfile(os.path.join(root, target)):
        breaches.append(f"{path}: {link} leads nowhere")
    elif fragment and fragment not in ids_of(pages[target]):
        breaches.append(f"{path}: {link} has no such place")


def check_page(root, pages, path):
    page = pages[path]
    ids = ids_of(page)
    if len(ids) != len(set(ids)):
        breaches.append(f"{path}: an id is there twice")
    if page.get("lang") != ("ko" if path.startswith("ko/") else "en"):
        breaches.append(f"{path}: its language is {page.get('lang')}")
    if not page.findtext(f"{HTML}head/{HTML}title"):
        breaches.append(f"{path}: no title")
    if len(list(page.iter(f"{HTML}h1"))) != 1:
        breaches.append(f"{path}: not one h1")
    links = [link.get("hreflang") for link in page.iter(f"{HTML}link")]
    alternates = [language for language in links if language]
    if sorted(alternates) != ["en", "ko", "x-default"]:
        breaches.append(f"{path}: hreflang {alternates}")
    for element in page.iter():
        if element.tag in (f"{HTML}script", f"{HTML}style", f"{HTML}img", f"{HTML}iframe"):
            breaches.append(f"{path}: {element.tag}")
        if any(name in ("style", "src") or name.startswith("on") for name in element.attrib):
            breaches.append(f"{path}: {element.attrib}")
        if element.get("href") is not None:
            check_link(root, pages, path, element.get("href"))


def luminance(colour):
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def check_colours(root):
    with open(os.path.join(root, "style.css"), encoding="utf-8") as file:
        schemes = re.findall(r":root \{([^}]*)\}", file.read())
    if len(schemes) != 3:
        breaches.append(f"style.css: {len(schemes)} schemes, not light, dark and paper")
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+): #([0-9a-f]{3,6})\b", scheme))
        for name in ("ink", "soft", "c1", "c2", "c3", "c4", "c5", "c6"):
            for ground in ("paper", "panel"):
                bright, dark = sorted((luminance(colours[name]), luminance(colours[ground])))[::-1]
                if (bright + 0.05) / (dark + 0.05) < 4.5:
                    breaches.append(f"style.css: --{name} on --{ground} is too weak")


def main():
    root = sys.argv[1]
    pages = read(root)
    for path in sorted(pages):
        check_page(root, pages, path)
    for folder, wanted in PAGES.items():
        count = sum(os.path.dirname(path) == folder for path in pages)
        if count != wanted:
            breaches.append(f"{folder}: {count} pages, not {wanted}")
    if {path[3:] for path in pages if path.startswith("ko/")} != {
            path for path in pages if not path.startswith("ko/")}:
        breaches.append("the two languages have different pages")
    check_colours(root)
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


sys.exit(main())
