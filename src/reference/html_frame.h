/* SPDX-License-Identifier: Apache-2.0
 *
 * What all pages for a browser have around them, how they link each other, and the bodies that
 * each kind of page has.
 */
#ifndef SP_REFERENCE_HTML_FRAME_H
#define SP_REFERENCE_HTML_FRAME_H

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/html.h"

/* A page while it is written. */
struct sp_html {
    struct sp_writer *writer;
    const struct sp_reference_html *page;
};

/* What a page is called, what it says in short, and its neighbours: NULL where there is none. */
struct sp_html_head {
    struct sp_span title, summary;
    const struct sp_reference_html *previous, *next;
};

/* Everything before the body and behind it. */
void sp_html_begin(const struct sp_html *html, const struct sp_html_head *head);
void sp_html_end(const struct sp_html *html, const struct sp_html_head *head);

/* Where another page stands, seen from this one. */
void sp_html_address(const struct sp_html *html, const struct sp_reference_html *to);

/* "<a href="422.html"><b>422</b> Session Interval Too Small</a>" to a code's page. */
void sp_html_code_link(const struct sp_html *html, unsigned code);

/* A link, on a line of its own, for each code of a list such as "302 300". */
void sp_html_code_links(const struct sp_html *html, const char *codes);

/* A link to the page of a pair: the two codes with their phrases. */
void sp_html_pair_link(const struct sp_html *html, const struct sp_reference_pair *pair);

/* "<b>422</b> Session Interval Too Small", the Korean phrase behind it in Korean. */
void sp_html_name(const struct sp_html *html, unsigned code);

/* The class attribute that gives an element the colour of a code's class: " class=\"c4\"". */
void sp_html_tone(const struct sp_html *html, unsigned code);

/* A link to the section that a reference ("4028:6") names. */
void sp_html_ref(const struct sp_html *html, struct sp_span ref);

/* An example: its ladder as SVG, then its messages. `page` is the code's. */
void sp_html_example(const struct sp_html *html, const struct sp_reference_code *page);

/* The bodies, with their frames. */
void sp_html_index(const struct sp_html *html);
void sp_html_code(const struct sp_html *html);
void sp_html_pair(const struct sp_html *html);

/* The style sheet of all pages. */
struct sp_span sp_html_style(void);

#endif
