/* SPDX-License-Identifier: Apache-2.0
 *
 * A capture is libpcap's reader with its errors turned into ours. Times are asked for in
 * nanoseconds; libpcap scales what a file has in microseconds.
 */
#include "net/capture.h"

#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

struct sp_capture {
    pcap_t *pcap;
};

static void put_text(char text[SP_CAPTURE_TEXT_MAX], const char *what)
{
    snprintf(text, SP_CAPTURE_TEXT_MAX, "%s", what);
}

enum sp_err sp_capture_open(FILE **file, char text[SP_CAPTURE_TEXT_MAX],
                            struct sp_capture **capture)
{
    char said[PCAP_ERRBUF_SIZE] = "";
    FILE *const in = *file;
    struct sp_capture *made = malloc(sizeof *made);
    *file = NULL;
    if (made == NULL) {
        fclose(in);
        return SP_ERR_MEMORY;
    }
    made->pcap = pcap_fopen_offline_with_tstamp_precision(in, PCAP_TSTAMP_PRECISION_NANO, said);
    if (made->pcap == NULL) {
        fclose(in);
        free(made);
        put_text(text, said);
        return SP_ERR_SYNTAX;
    }
    *capture = made;
    return SP_OK;
}

void sp_capture_close(struct sp_capture **capture)
{
    if (*capture == NULL)
        return;
    pcap_close((*capture)->pcap);
    free(*capture);
    *capture = NULL;
}

enum sp_err sp_capture_next(struct sp_capture *capture, char text[SP_CAPTURE_TEXT_MAX],
                            struct sp_capture_frame *frame)
{
    enum {
        NANOSECONDS = 1000000000
    };
    struct pcap_pkthdr *header = NULL;
    const unsigned char *octets = NULL;
    const int got = pcap_next_ex(capture->pcap, &header, &octets);
    if (got == PCAP_ERROR_BREAK)
        return SP_ERR_ABSENT;
    if (got != 1) {
        put_text(text, pcap_geterr(capture->pcap));
        return SP_ERR_SYNTAX;
    }
    *frame = (struct sp_capture_frame){
        .octets = sp_span((const char *)octets, header->caplen),
        .wire_len = header->len,
        .link = (uint32_t)pcap_datalink(capture->pcap),
        /* A file may hold any number here; seconds beyond 32 bits are no time of a capture. */
        .at_ns = (int64_t)(uint32_t)header->ts.tv_sec * NANOSECONDS +
                 (int64_t)((uint32_t)header->ts.tv_usec % NANOSECONDS),
    };
    return SP_OK;
}
