// SPDX-License-Identifier: Apache-2.0
/// SystemC's library refers to it; benchmarks have a main of their own.
extern "C" int sc_main(int, char**) {
  return 0;
}
