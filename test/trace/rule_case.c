/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs of flows: what a rule is about done right, and done wrong.
 */
#include "rule_case.h"

#include <stddef.h>

/* A call that is set up with `invite` and `ok` behind the start lines, and ended. */
#define CALL(invite, ok)                                                                           \
    "0.0 A>B INVITE " invite "\n"                                                                  \
    "0.1 B>A 200 " ok "\n"                                                                         \
    "0.2 A>B ACK\n"
#define BYE(time) time " A>B BYE cseq=9\n" time "5 B>A 200 cseq=9 m=BYE\n"
#define TIMER     "| Supported: timer | Session-Expires: 1800 "

/* The same through a proxy P at C: the INVITE and the 200 on both hops. */
#define PROXIED(in, out, ok, back)                                                                 \
    "0.00 A>C INVITE " in "\n"                                                                     \
    "0.01 C>B INVITE via=2 " out "\n"                                                              \
    "0.02 B>C 200 via=2 " ok "\n"                                                                  \
    "0.03 C>A 200 " back "\n"                                                                      \
    "0.04 A>C ACK\n"                                                                               \
    "0.05 C>B ACK via=2\n"                                                                         \
    "0.10 A>C BYE cseq=2\n"                                                                        \
    "0.11 C>B BYE cseq=2 via=2\n"                                                                  \
    "0.12 B>C 200 cseq=2 m=BYE via=2\n"                                                            \
    "0.13 C>A 200 cseq=2 m=BYE\n"

/* An INVITE that gets a 422, and then what is behind it. */
#define REFUSED(invite, refusal)                                                                   \
    "0.0 A>B INVITE " invite "\n"                                                                  \
    "0.1 B>A 422 " refusal "\n"                                                                    \
    "0.2 A>B ACK\n"
#define RETRY(invite)                                                                              \
    "0.3 A>B INVITE cseq=2 " invite "\n"                                                           \
    "0.4 B>A 486 cseq=2\n"                                                                         \
    "0.5 A>B ACK cseq=2\n"

#define REDIRECTED(uri, status, contact)                                                           \
    "0.0 A>B INVITE " uri "\n"                                                                     \
    "0.1 B>A " status " " contact "\n"                                                             \
    "0.2 A>B ACK " uri "\n"

const struct rule_case rule_cases[] = {
    /* Transactions. */
    {"a call breaks nothing", "", CALL("", "") BYE("1.0")},
    {"a message without CSeq number is malformed", "malformed",
     "0.0 A>B OPTIONS cseq=x\n0.1 B>A 200 m=OPTIONS\n"},
    {"a request that was answered late was sent again", "retransmission",
     "0.0 A>B OPTIONS\n0.5 A>B OPTIONS\n1.0 B>A 200 m=OPTIONS\n"},
    {"a ringing that is repeated is none", "",
     "0.0 A>B INVITE\n0.1 B>A 180\n60.0 B>A 180\n70.0 B>A 486\n70.1 A>B ACK\n"},
    {"a request without response", "no-response", "0.0 A>B OPTIONS\n0.5 A>B OPTIONS\nend 33.0\n"},
    {"a request without response while the capture is short", "",
     "0.0 A>B OPTIONS\n0.5 A>B OPTIONS\nend 3.0\n"},
    {"a refusal without ACK", "ack-missing", "0.0 A>B INVITE\n0.1 B>A 486\n0.6 B>A 486\nend 5.0\n"},
    {"an ACK to a 2xx may take another way", "",
     "0.0 A>B INVITE\n0.1 B>A 200\n0.2 D>E ACK\n1.0 A>B BYE cseq=2\n"
     "1.1 B>A 200 cseq=2 m=BYE\nend 5.0\n"},
    {"an ACK to a 3xx that was built from the Contact", "ack-mismatch",
     "0.0 A>B INVITE\n0.1 B>A 302 | Contact: <sip:c@example.net>\n"
     "0.2 A>B ACK sip:c@example.net\n"},
    {"an ACK to a 3xx with a branch of its own", "ack-mismatch",
     "0.0 A>B INVITE\n0.1 B>A 302 | Contact: <sip:c@example.net>\n0.2 A>B ACK branch=new\n"},
    {"a CANCEL with another branch", "cancel-unmatched",
     "0.0 A>B INVITE\n0.1 B>A 180\n0.2 A>B CANCEL branch=new\n0.3 B>A 481 m=CANCEL branch=new\n"
     "0.4 B>A 486\n0.5 A>B ACK\n"},
    {"a CANCEL with the INVITE's branch", "",
     "0.0 A>B INVITE\n0.1 B>A 180\n0.2 A>B CANCEL\n0.3 B>A 200 m=CANCEL\n0.4 B>A 487\n"
     "0.5 A>B ACK\n"},
    {"a 408 to OPTIONS", "408-to-non-invite", "0.0 A>B OPTIONS\n5.0 B>A 408 m=OPTIONS\n"},
    {"a 408 to INVITE", "", "0.0 A>B INVITE\n5.0 B>A 408\n5.1 A>B ACK\n"},
    {"a 100 to REGISTER at once", "provisional-to-non-invite",
     "0.0 A>B REGISTER\n0.1 B>A 100 m=REGISTER\n0.2 B>A 200 m=REGISTER\n"},
    {"a 100 to REGISTER after 4 s", "",
     "0.0 A>B REGISTER\n4.0 B>A 100 m=REGISTER\n4.2 B>A 200 m=REGISTER\n"},
    {"a 202 to REFER", "202-to-refer", "0.0 A>B REFER\n0.1 B>A 202 m=REFER\n"},
    {"a 202 to SUBSCRIBE", "", "0.0 A>B SUBSCRIBE\n0.1 B>A 202 m=SUBSCRIBE\n"},
    {"a 200 behind a 422 of the same INVITE", "second-final-response",
     "0.0 A>B INVITE\n0.1 B>A 486\n0.2 A>B ACK\n0.3 B>A 200 to=u\n0.4 A>B ACK to=u\n"
     "0.5 A>B BYE cseq=2 to=u\n0.6 B>A 200 cseq=2 to=u m=BYE\n"},
    {"two 200s of a fork", "",
     "0.0 A>B INVITE\n0.1 B>A 200\n0.2 A>B ACK\n0.3 B>A 200 to=u\n0.4 A>B ACK to=u\n"
     "0.5 A>B BYE cseq=2 to=u\n0.6 B>A 200 cseq=2 to=u m=BYE\n"
     "1.0 A>B BYE cseq=2 branch=x\n1.1 B>A 200 cseq=2 m=BYE branch=x\n"},
    {"a 2xx to INVITE without Contact", "contact-missing", CALL("", "bare") BYE("1.0")},

    /* 422. */
    {"a 422 with Min-SE, and a longer interval", "",
     REFUSED("| Supported: timer | Session-Expires: 100", "| Min-SE: 200")
         RETRY("| Supported: timer | Session-Expires: 200 | Min-SE: 200")},
    {"two 422s with a growing Min-SE are no loop", "",
     REFUSED("| Supported: timer | Session-Expires: 100",
             "| Min-SE: 200") "0.3 A>B INVITE cseq=2 | Supported: timer | Session-Expires: 200 | "
                              "Min-SE: 200\n"
                              "0.4 B>A 422 cseq=2 | Min-SE: 300\n0.5 A>B ACK cseq=2\n"
                              "0.6 A>B INVITE cseq=3 | Supported: timer | Session-Expires: 300 | "
                              "Min-SE: 300\n"
                              "0.7 B>A 486 cseq=3\n0.8 A>B ACK cseq=3\n"},
    {"a 422 without Min-SE", "422-without-min-se",
     REFUSED("| Supported: timer | Session-Expires: 100", "")},
    {"a 422 that is not needed", "422-not-needed",
     REFUSED("| Supported: timer | Session-Expires: 1800", "| Min-SE: 600")},
    {"a 422 that is not heeded", "422-loop min-se-not-kept",
     REFUSED("| Supported: timer | Session-Expires: 100", "| Min-SE: 200")
         RETRY("| Supported: timer | Session-Expires: 100")},
    {"a 422 whose Min-SE is forgotten in the next attempt but one", "min-se-not-kept",
     REFUSED("| Supported: timer | Session-Expires: 100",
             "| Min-SE: 300") "0.3 A>B INVITE cseq=2 | Supported: timer | Session-Expires: 300 | "
                              "Min-SE: 300\n"
                              "0.4 B>A 401 cseq=2\n0.5 A>B ACK cseq=2\n"
                              "0.6 A>B INVITE cseq=3 | Supported: timer | Session-Expires: 300 | "
                              "Min-SE: 200\n"
                              "0.7 B>A 486 cseq=3\n0.8 A>B ACK cseq=3\n"},
    {"a 422 that ends the call", "422-not-retried",
     REFUSED("| Supported: timer | Session-Expires: 100", "| Min-SE: 200") "end 10.0\n"},
    {"a 422 to who knows no timer", "422-to-unsupported",
     REFUSED("via=2 | Session-Expires: 100", "via=2 | Min-SE: 200")},

    /* Intervals. */
    {"a session timer as it should be", "",
     CALL(TIMER, "| Require: timer | Session-Expires: 1800;refresher=uac") BYE("1.0")},
    {"an interval under 90 s", "session-expires-under-90",
     "0.0 A>B INVITE | Supported: timer | Session-Expires: 60\n0.1 B>A 486\n0.2 A>B ACK\n"},
    {"a Min-SE under 90 s", "min-se-under-90",
     "0.0 A>B INVITE | Supported: timer | Session-Expires: 90 | Min-SE: 60\n"
     "0.1 B>A 486\n0.2 A>B ACK\n"},
    {"an interval under the Min-SE beside it", "session-expires-under-min-se",
     "0.0 A>B INVITE | Supported: timer | Session-Expires: 100 | Min-SE: 200\n"
     "0.1 B>A 486\n0.2 A>B ACK\n"},
    {"an answer under the request's Min-SE", "answer-under-min-se",
     CALL(TIMER "| Min-SE: 900", "| Session-Expires: 600;refresher=uas") BYE("1.0")},
    {"an answer that lowers the interval to Min-SE", "",
     CALL(TIMER "| Min-SE: 900", "| Session-Expires: 900;refresher=uas") BYE("1.0")},
    {"an answer that raises the interval", "answer-raised",
     CALL(TIMER, "| Session-Expires: 3600;refresher=uas") BYE("1.0")},
    {"an answer that asks for a timer by itself", "",
     CALL("| Supported: timer", "| Session-Expires: 3600;refresher=uas") BYE("1.0")},
    {"an answer without refresher", "refresher-missing",
     CALL(TIMER, "| Session-Expires: 1800") BYE("1.0")},
    {"an answer with another refresher", "refresher-overridden",
     CALL("| Supported: timer | Session-Expires: 1800;refresher=uac",
          "| Session-Expires: 1800;refresher=uas") BYE("1.0")},
    {"a refresher that knows no timer", "refresher-unable",
     CALL("", "| Require: timer | Session-Expires: 1800;refresher=uac") BYE("1.0")},
    {"a refresher that is not told", "require-timer-missing",
     CALL(TIMER, "| Session-Expires: 1800;refresher=uac") BYE("1.0")},
    {"a request that requires the timer", "require-timer-in-request",
     "0.0 A>B INVITE | Require: timer | Supported: timer\n0.1 B>A 486\n0.2 A>B ACK\n"},
    {"an interval of who says not that he knows timers", "supported-timer-missing",
     "0.0 A>B INVITE | Session-Expires: 1800\n0.1 B>A 486\n0.2 A>B ACK\n"},
    {"an interval that a proxy put in", "",
     "0.0 A>B INVITE via=2 | Session-Expires: 1800\n0.1 B>A 486 via=2\n0.2 A>B ACK via=2\n"},
    {"an interval that is no number", "session-expires-malformed",
     "0.0 A>B INVITE | Supported: timer | Session-Expires: soon\n0.1 B>A 486\n0.2 A>B ACK\n"},
    {"a Min-SE that is no number", "min-se-malformed",
     "0.0 A>B INVITE | Supported: timer | Session-Expires: 1800 | Min-SE: 90s;x\n"
     "0.1 B>A 486\n0.2 A>B ACK\n"},
    {"an interval in BYE", "session-expires-misplaced",
     CALL("", "") "1.0 A>B BYE cseq=2 | Session-Expires: 1800\n1.1 B>A 200 cseq=2 m=BYE\n"},

    /* Proxies. */
    {"a proxy that lowers the interval no further than Min-SE", "",
     PROXIED("| Supported: timer | Session-Expires: 1800 | Min-SE: 90",
             "| Supported: timer | Session-Expires: 600 | Min-SE: 90",
             "| Require: timer | Session-Expires: 600;refresher=uac",
             "| Require: timer | Session-Expires: 600;refresher=uac")},
    {"a proxy that puts the timer into the answer of who knows none", "",
     PROXIED(TIMER, TIMER, "", "| Require: timer | Session-Expires: 1800;refresher=uac")},
    {"a proxy that does so for a caller who knows none", "refresher-unable",
     PROXIED("", "| Session-Expires: 1800", "",
             "| Require: timer | Session-Expires: 1800;refresher=uac")},
    {"a proxy that raises Min-SE for a caller who knows no timer", "",
     PROXIED("", "| Session-Expires: 600 | Min-SE: 600", "", "")},
    {"a proxy that lowers Min-SE", "min-se-lowered",
     PROXIED(TIMER "| Min-SE: 600", TIMER "| Min-SE: 90", "", "")},
    {"a proxy that puts Min-SE in although the caller knows timers", "min-se-by-proxy",
     PROXIED(TIMER, TIMER "| Min-SE: 600", "", "")},
    {"a proxy that lowers the interval under Min-SE", "session-expires-by-proxy",
     PROXIED(TIMER "| Min-SE: 900", "| Supported: timer | Session-Expires: 600 | Min-SE: 900", "",
             "")},
    {"a proxy that raises the interval", "session-expires-by-proxy",
     PROXIED(TIMER, "| Supported: timer | Session-Expires: 3600", "", "")},
    {"a proxy that chooses the refresher", "refresher-by-proxy",
     PROXIED(TIMER, "| Supported: timer | Session-Expires: 1800;refresher=uas", "", "")},
    {"a proxy that changes the answer's interval", "answer-changed-by-proxy",
     PROXIED(TIMER, TIMER, "| Session-Expires: 1800;refresher=uas",
             "| Session-Expires: 900;refresher=uas")},

    /* Sessions over time. */
    {"a session that is refreshed at half its interval", "",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "45.0 A>B UPDATE cseq=2 | "
                                                                  "Supported: timer | "
                                                                  "Session-Expires: "
                                                                  "90;refresher=uac\n"
                                                                  "45.1 B>A 200 cseq=2 m=UPDATE | "
                                                                  "Require: timer | "
                                                                  "Session-Expires: "
                                                                  "90;refresher=uac\n" BYE("80.0")},
    {"a session that the callee refreshes", "",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Session-Expires: 90;refresher=uas") "45.0 B>A UPDATE rev | Supported: timer | "
                                                 "Session-Expires: 90;refresher=uac\n"
                                                 "45.1 A>B 200 rev m=UPDATE | Require: timer | "
                                                 "Session-Expires: 90;refresher=uac\n" BYE("80.0")},
    {"a session that is not refreshed, and hung up behind its end", "refresh-missed bye-late",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") BYE("100.0")},
    {"a session that is not refreshed, and hung up in time", "refresh-missed",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "60.1 B>A BYE rev\n60.2 A>B 200 "
                                                                  "rev m=BYE\n"},
    {"a session that is refreshed at the last moment", "refresh-late",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "80.0 A>B UPDATE cseq=2 | "
                                                                  "Supported: timer | "
                                                                  "Session-Expires: "
                                                                  "90;refresher=uac\n"
                                                                  "80.1 B>A 200 cseq=2 m=UPDATE | "
                                                                  "Require: timer | "
                                                                  "Session-Expires: "
                                                                  "90;refresher=uac\n" BYE("85.0")},
    {"a session that is silent past its end", "call-silent",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "end 200.0\n"},
    {"a session that the capture does not see the end of", "call-still-up",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "end 60.0\n"},
    {"a refresh that ends the timer", "timer-switched-off",
     CALL("| Supported: timer | Session-Expires: 90",
          "| Require: timer | Session-Expires: 90;refresher=uac") "45.0 A>B UPDATE cseq=2 | "
                                                                  "Supported: timer | "
                                                                  "Session-Expires: "
                                                                  "90;refresher=uac\n"
                                                                  "45.1 B>A 200 cseq=2 "
                                                                  "m=UPDATE\n" BYE("300.0")},
    {"a BYE that the proxy made", "bye-by-proxy",
     "0.00 A>C INVITE\n0.01 C>B INVITE via=2\n0.02 B>C 200 via=2\n0.03 C>A 200\n"
     "0.04 A>C ACK\n0.05 C>B ACK via=2\n9.0 C>B BYE cseq=2\n9.1 B>C 200 cseq=2 m=BYE\n"},

    /* New attempts. */
    {"a collision, with the wait that is due", "",
     CALL("", "") "1.0 A>B INVITE cseq=2 re\n1.1 B>A 491 cseq=2\n1.2 A>B ACK cseq=2\n"
                  "4.0 A>B INVITE cseq=3 re\n4.1 B>A 200 cseq=3\n4.2 A>B ACK cseq=3\n" BYE("5.0")},
    {"a collision, and a new attempt at once", "491-retry-too-soon",
     CALL("", "") "1.0 A>B INVITE cseq=2 re\n1.1 B>A 491 cseq=2\n1.2 A>B ACK cseq=2\n"
                  "1.3 A>B INVITE cseq=3 re\n1.4 B>A 200 cseq=3\n1.5 A>B ACK cseq=3\n" BYE("5.0")},
    {"a new attempt with the old CSeq", "retry-cseq",
     "0.0 A>B REGISTER\n0.1 B>A 401 m=REGISTER\n"
     "0.2 A>B REGISTER branch=new\n0.3 B>A 200 m=REGISTER branch=new\n"},
    {"a new attempt with a new CSeq", "",
     "0.0 A>B REGISTER\n0.1 B>A 401 m=REGISTER\n"
     "0.2 A>B REGISTER cseq=2\n0.3 B>A 200 m=REGISTER cseq=2\n"},
    {"a new attempt with another From tag", "retry-from-tag",
     "0.0 A>B REGISTER\n0.1 B>A 401 m=REGISTER\n"
     "0.2 A>B REGISTER cseq=2 from=g\n0.3 B>A 200 m=REGISTER cseq=2 from=g\n"},

    /* Redirections. */
    {"a redirection that is followed", "",
     REDIRECTED("sip:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "0.3 A>C INVITE sip:c@example.net cseq=2\n0.4 "
                                                  "C>A 486 cseq=2\n"
                                                  "0.5 A>C ACK sip:c@example.net cseq=2\n"},
    {"a number that has moved and is called again", "301-not-remembered",
     REDIRECTED("sip:b@example.com", "301",
                "| Contact: <sip:c@example.net>") "60.0 A>B INVITE id=c2\n60.1 B>A 486 id=c2\n60.2 "
                                                  "A>B ACK id=c2\n"},
    {"a number that has moved and is called by somebody else", "",
     REDIRECTED("sip:b@example.com", "301",
                "| Contact: <sip:c@example.net>") "60.0 A>B INVITE id=c2 user=z\n60.1 B>A 486 "
                                                  "id=c2 user=z\n60.2 A>B ACK id=c2 user=z\n"},
    {"a number that was away for one call and is called again", "",
     REDIRECTED("sip:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "60.0 A>B INVITE id=c2\n60.1 B>A 486 id=c2\n60.2 "
                                                  "A>B ACK id=c2\n"},
    {"two addresses that redirect to each other", "redirect-loop",
     REDIRECTED(
         "sip:b@example.com", "302",
         "| Contact: <sip:c@example.net>") "0.3 A>C INVITE sip:c@example.net cseq=2\n"
                                           "0.4 C>A 302 cseq=2 | Contact: <sip:b@EXAMPLE.com>\n"
                                           "0.5 A>C ACK sip:c@example.net cseq=2\n"
                                           "0.6 A>B INVITE sip:b@EXAMPLE.com cseq=3\n0.7 B>A 486 "
                                           "cseq=3\n"
                                           "0.8 A>B ACK sip:b@EXAMPLE.com cseq=3\n"},
    {"an address that redirects to itself", "redirect-to-itself",
     REDIRECTED("sip:b@example.com", "302", "| Contact: <sip:b@example.com>")},
    {"a redirection without Contact", "redirect-without-contact",
     REDIRECTED("sip:b@example.com", "302", "")},
    {"a redirection to nothing that SIP can call", "redirect-without-contact",
     REDIRECTED("sip:b@example.com", "302", "| Contact: <mailto:b@example.com>")},
    {"a redirection to a telephone number", "",
     REDIRECTED("sip:b@example.com", "302", "| Contact: <tel:+15550000001>")},
    {"a redirection that sets header fields", "contact-with-headers",
     REDIRECTED("sip:b@example.com", "302", "| Contact: <sip:c@example.net?Replaces=x>")},
    {"a redirection that chooses the method", "contact-with-method",
     REDIRECTED("sip:b@example.com", "302", "| Contact: <sip:c@example.net;method=REFER>")},
    {"a call that is followed from sips to sip", "sips-downgrade",
     REDIRECTED("sips:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "0.3 A>C INVITE sip:c@example.net cseq=2\n0.4 "
                                                  "C>A 486 cseq=2\n"
                                                  "0.5 A>C ACK sip:c@example.net cseq=2\n"},
    {"credentials that go to somebody else", "credentials-to-new-target",
     REDIRECTED("sip:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "0.3 A>C INVITE sip:c@example.net cseq=2 | "
                                                  "Proxy-Authorization: Digest realm=\"x\"\n"
                                                  "0.4 C>A 486 cseq=2\n0.5 A>C ACK "
                                                  "sip:c@example.net cseq=2\n"},
    {"credentials that go to the outbound proxy again", "",
     REDIRECTED("sip:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "0.3 A>B INVITE sip:c@example.net cseq=2 | "
                                                  "Proxy-Authorization: Digest realm=\"x\"\n"
                                                  "0.4 B>A 486 cseq=2\n0.5 A>B ACK "
                                                  "sip:c@example.net cseq=2\n"},
    {"a redirection that is followed with another Call-ID", "retry-call-id",
     REDIRECTED("sip:b@example.com", "302",
                "| Contact: <sip:c@example.net>") "0.3 A>C INVITE sip:c@example.net id=c2\n0.4 C>A "
                                                  "486 id=c2\n"
                                                  "0.5 A>C ACK sip:c@example.net id=c2\n"},
    {NULL, NULL, NULL},
};
