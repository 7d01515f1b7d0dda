/* SPDX-License-Identifier: Apache-2.0
 *
 * What all pages for a browser have around them, how they link each other, and the bodies that
 * each kind of page has.
 */
#ifndef SP_REFERENCE_HTML_FRAME_H
#define SP_REFERENCE_HTML_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "signpost/base/span.h"
#include "signpost/base/writer.h"
#include "signpost/reference/html.h"
#include "signpost/reference/term.h"

/* Where all pages stand, and what is there beside them. */
struct sp_html_site {
    bool is_served;              /* by a server: addresses without ".html", and a search */
    struct sp_span style;        /* where it stands below the root */
    struct sp_span script, icon; /* the same; absent: none */
    const uint64_t *code_counts; /* 600 of them, from code 100 on: what the index shows behind a
                                    code; NULL: nothing */
};

/* The pages as files: what `signpost codes export` writes. */
extern const struct sp_html_site sp_html_files;

/* A page while it is written. */
struct sp_html {
    struct sp_writer *writer;
    const struct sp_reference_html *page;
    const struct sp_html_site *site;
    unsigned depth;       /* how many folders deep it stands */
    bool is_lost;         /* it stands where nothing stands: it has no address of its own */
    struct sp_span here;  /* markup of what a server has seen of the code; may be empty */
    struct sp_span brief; /* the same in a sentence, below the lead; may be empty */
    struct sp_span hint;  /* markup at the very top, such as that it is there in another language */
};

/* What a page is called, what it says in short, and its neighbours: NULL where there is none. */
struct sp_html_head {
    struct sp_span title, summary;
    const struct sp_reference_html *previous, *next;
};

/* Everything before the body and behind it. */
void sp_html_begin(const struct sp_html *html, const struct sp_html_head *head);
void sp_html_end(const struct sp_html *html, const struct sp_html_head *head);

/* Where a page stands below the root: "codes/422", with ".html" behind it where pages are files. */
void sp_html_path(const struct sp_html_site *site, struct sp_writer *writer,
                  const struct sp_reference_html *page);

/* Where another page stands, seen from this one. */
void sp_html_address(const struct sp_html *html, const struct sp_reference_html *to);

/* "<a href="422.html"><b>422</b> Session Interval Too Small</a>" to a code's page. */
void sp_html_code_link(const struct sp_html *html, unsigned code);

/* A link, on a line of its own, for each code of a list such as "302 300". */
void sp_html_code_links(const struct sp_html *html, const char *codes);

/* A link to the page of a pair: the two codes with their phrases. */
void sp_html_pair_link(const struct sp_html *html, unsigned a, unsigned b);

/* What is asked for: the words of a search, or the codes to compare. Only where a server is. */
void sp_html_search(const struct sp_html *html, struct sp_span query);
void sp_html_compare(const struct sp_html *html, unsigned code);

/* "<b>422</b> Session Interval Too Small", the Korean phrase behind it in Korean; only the number
 * of a code that is not registered. */
void sp_html_name(const struct sp_html *html, unsigned code);

/* The class attribute that gives an element the colour of a code's class: " class=\"c4\"". */
void sp_html_tone(const struct sp_html *html, unsigned code);

/* A number with its digits in threes: "12,345". */
void sp_html_number(struct sp_writer *writer, uint64_t number);

/* A link to the section that a reference ("4028:6") names. */
void sp_html_ref(const struct sp_html *html, struct sp_span ref);

/* Begins the section of what else there is to read: a list of links to the sections that references
 * name, with a space between them. Its caller ends it, behind links of its own. */
void sp_html_begin_more(const struct sp_html *html, const char *refs);
void sp_html_end_more(const struct sp_html *html);

/* The folder of the pages of a kind of terms, which is the name of their list too: "headers". */
const char *sp_html_term_folder(enum sp_term_kind kind);

/* "<a href="Min-SE.html"><b>Min-SE</b></a>" to a term's page, and to the list of a kind. */
void sp_html_term_link(const struct sp_html *html, const struct sp_reference_term *term);
void sp_html_terms_link(const struct sp_html *html, enum sp_term_kind kind);

/* The header fields that a response brings, as the fact of its code has them, each a link. */
void sp_html_headers(const struct sp_html *html, const struct sp_reference_code *page);

/* A link to each code that a term has to do with, below a heading: the element "h2" or "h3". */
void sp_html_term_codes(const struct sp_html *html, const struct sp_reference_term *term,
                        const char *element);

/* What `signpost trace` looks for that has to do with a code; nothing when there is none of it. */
void sp_html_rules(const struct sp_html *html, unsigned code);

/* An example: its ladder as SVG, then its messages. `page` is the code's. */
void sp_html_example(const struct sp_html *html, const struct sp_reference_code *page);

/* The bodies, with their frames. A code that is not registered has one too: what its class says. A
 * pair is any two registered codes, in either order. */
void sp_html_index(const struct sp_html *html);
void sp_html_code(const struct sp_html *html);
void sp_html_unregistered(const struct sp_html *html);
void sp_html_pair(const struct sp_html *html);
void sp_html_terms(const struct sp_html *html);
void sp_html_term(const struct sp_html *html);

/* The style sheet of all pages, and the script and the icon of those of a server. */
struct sp_span sp_html_style(void);
struct sp_span sp_html_script(void);
struct sp_span sp_html_icon(void);

#endif
