// SPDX-License-Identifier: Apache-2.0
//
// Sizes of a Screener [Liu, dissertation, Table 6.3]. Widths follow from the ranges that legal input can reach:
//
//   product          8 bits              -8 x 7..-8 x -8: -56..64
//   sum of lanes     8 + log2 MACS bits  -56 x MACS..64 x MACS
//   partial sum     32 bits              a context is 512 values at most, the feature buffer: -28672..32768, and the bias, which
//                                        is within +-2^30 (largest_bias in sparse/screening); 17 bits beside a bias of its own would do
package enmc_screener_pkg;
  localparam int unsigned VALUE_BITS = 4;
  localparam int unsigned PRODUCT_BITS = 8;
  localparam int unsigned SUM_BITS = 32;

  localparam int unsigned BEAT_BYTES = 64;  // a burst of the rank's devices
  localparam int unsigned BEAT_BITS = 8 * BEAT_BYTES;
  localparam int unsigned BEAT_VALUES = 2 * BEAT_BYTES;
  localparam int unsigned BEAT_SUMS = BEAT_BITS / SUM_BITS;
  localparam int unsigned BEAT_BYTES_BITS = 7;  // of 1..64

  localparam int unsigned BUFFER_BEATS = 4;  // 256 bytes, of features as of weights
  localparam int unsigned FEATURES = BUFFER_BEATS * BEAT_VALUES;
  localparam int unsigned LENGTH_BITS = 10;  // of 1..512; lanes are counted with as many
  localparam int unsigned CONTEXT_BITS = 3;  // of eight, as results name them
  localparam int unsigned SUMS = 64;  // 256 bytes
  localparam int unsigned ROW_BITS = 6;

  // What comes over the rank's data bus, and the one command without data.
  typedef enum logic [1:0] {
    FEATURES_BEAT,
    BIASES_BEAT,
    WEIGHTS_BEAT,
    FILTER_COMMAND
  } kind_t;

  // From the status registers; stable while a block is at work.
  typedef struct packed {
    logic [SUM_BITS-1:0] threshold;  // signed; what lies above it passes
    logic [ROW_BITS:0] rows;  // of the block, 1..64; times contexts at most 64
    logic [LENGTH_BITS-1:0] length;  // values of a row; two rows begin a whole number of bytes apart
    logic [CONTEXT_BITS:0] contexts;  // 1..8
  } registers_t;
endpackage
