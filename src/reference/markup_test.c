/* SPDX-License-Identifier: Apache-2.0
 *
 * That no text is taken for markup, and that lines become the right elements.
 */
#include "reference/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *text, *markup;
};

/* Runs a function of the markup over the text and compares what it wrote. */
static void writes(void (*write)(struct sp_writer *writer, struct sp_span text),
                   const struct example *example)
{
    char octets[512];
    struct sp_writer writer;
    struct sp_span written;
    sp_writer_init(&writer, octets, sizeof octets - 1);
    write(&writer, sp_span_of(example->text));
    assert_int_equal(sp_writer_end(&writer, &written), SP_OK);
    octets[written.len] = '\0';
    assert_string_equal(octets, example->markup);
}

static void what_markup_takes_for_its_own_is_escaped(void **state)
{
    static const struct example examples[] = {
        {"", ""},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onclick=\"x", "&quot; onclick=&quot;x"},
        {"' style='x", "&#39; style=&#39;x"},
        {"a & b &amp; c", "a &amp; b &amp;amp; c"},
        {"]]>", "]]&gt;"},
        {"세션 §6 →", "세션 §6 →"},
        {"a\x01\x1b\x7f", "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"a\r\n\tb", "a\xEF\xBF\xBD\n\tb"},
        {"`a`", "`a`"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof examples / sizeof examples[0]; k++)
        writes(sp_markup_text, &examples[k]);
}

static void backticks_in_pairs_are_code_and_nothing_more(void **state)
{
    static const struct example examples[] = {
        {"run `a <b>` & go", "run <code>a &lt;b&gt;</code> &amp; go"},
        {"`a` and `b`", "<code>a</code> and <code>b</code>"},
        {"one ` alone <", "one ` alone &lt;"},
        {"`a` one ` alone", "<code>a</code> one ` alone"},
        {"``", "<code></code>"},
        {"`", "`"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof examples / sizeof examples[0]; k++)
        writes(sp_markup_prose, &examples[k]);
}

static void lines_stand_in_the_elements_of_their_kind(void **state)
{
    static const struct example examples[] = {
        {"", ""},
        {"one\ntwo <", "<p>one</p>\n<p>two &lt;</p>\n"},
        {"- a\n- b > c", "<ul>\n<li>a</li>\n<li>b &gt; c</li>\n</ul>\n"},
        {"    To: <sip:b>\n    x", "<pre>To: &lt;sip:b&gt;\nx\n</pre>\n"},
        {"p\n- a\n    k\n- b\nq", "<p>p</p>\n<ul>\n<li>a</li>\n</ul>\n<pre>k\n</pre>\n"
                                  "<ul>\n<li>b</li>\n</ul>\n<p>q</p>\n"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof examples / sizeof examples[0]; k++)
        writes(sp_markup_block, &examples[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_markup_takes_for_its_own_is_escaped),
        cmocka_unit_test(backticks_in_pairs_are_code_and_nothing_more),
        cmocka_unit_test(lines_stand_in_the_elements_of_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
