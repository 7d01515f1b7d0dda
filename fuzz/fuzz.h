/* SPDX-License-Identifier: Apache-2.0
 *
 * What every fuzz target defines. libFuzzer calls it with inputs of its own making; in the other
 * presets replay.c calls it with the corpus. It answers 0, and stops the program where the input
 * shows a fault.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
