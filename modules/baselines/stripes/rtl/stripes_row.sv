// SPDX-License-Identifier: Apache-2.0
//
// One row of the array: fetch register, serializer, COLUMNS processing elements. Weights and activations of a pass enter with its first
// bit, with valid and ready; every further bit of the pass is a handshake of its own. Results leave with valid and ready in the cycle
// in which they are complete, into registers of whoever takes them; while nobody does the whole row stands still.
module stripes_row
  import stripes_pkg::*;
#(
    parameter int unsigned COLUMNS = 16,
    parameter int unsigned ACCUMULATOR_BITS = 32,
    localparam int unsigned LANE_COUNT_BITS = $clog2(LANES + 1)
) (
    input logic clk,
    input logic rst_n,

    input logic in_valid,
    output logic in_ready,
    input logic in_starts_pass,
    input logic in_starts_accumulation,
    input logic in_ends_accumulation,
    input logic [LANES-1:0][WEIGHT_BITS-1:0] in_weights,
    input logic [COLUMNS-1:0][LANES-1:0][ACTIVATION_BITS-1:0] in_activations,

    output logic out_valid,
    input logic out_ready,
    output logic [COLUMNS-1:0][ACCUMULATOR_BITS-1:0] out_results,

    // For counters: a bit is accumulated in this cycle; one is multiplied, by so many lanes of each PE.
    output logic accumulating,
    output logic working,
    output logic [LANE_COUNT_BITS-1:0] working_lanes
);
  // A result that nobody takes stops every stage.
  logic advance;
  assign advance  = !out_valid || out_ready;
  assign in_ready = advance;

  // Stage fetch.
  logic fetched_valid;
  logic fetched_starts_pass;
  logic fetched_starts;
  logic fetched_ends;
  logic [LANES-1:0][WEIGHT_BITS-1:0] fetched_weights;
  logic [COLUMNS-1:0][LANES-1:0][ACTIVATION_BITS-1:0] fetched_activations;

  // Stage serialize.
  logic serialized_valid;
  logic serialized_starts;
  logic serialized_ends;
  logic [LANES-1:0] serialized_bits;
  logic [2:0] serialized_significance;
  logic serialized_negate;
  logic [COLUMNS-1:0][LANES-1:0][ACTIVATION_BITS-1:0] serialized_activations;

  // Stage multiply: data are in the PEs.
  logic multiplied_valid;
  logic multiplied_starts;
  logic multiplied_ends;
  assign out_valid = multiplied_valid && multiplied_ends;

  logic [LANES-1:0] bits;
  logic [2:0] significance;
  logic negate;
  stripes_serializer serializer (
      .clk,
      .rst_n,
      .enable(advance && fetched_valid),
      .starts_pass(fetched_starts_pass),
      .weights(fetched_weights),
      .bits,
      .significance,
      .negate
  );

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      fetched_valid <= 1'b0;
      serialized_valid <= 1'b0;
      multiplied_valid <= 1'b0;
    end else if (advance) begin
      fetched_valid <= in_valid;
      serialized_valid <= fetched_valid;
      multiplied_valid <= serialized_valid;
    end
  end

  always_ff @(posedge clk) begin
    if (advance && in_valid) begin
      fetched_starts_pass <= in_starts_pass;
      fetched_starts <= in_starts_accumulation;
      fetched_ends <= in_ends_accumulation;
      if (in_starts_pass) begin
        fetched_weights <= in_weights;
        fetched_activations <= in_activations;
      end
    end
    if (advance && fetched_valid) begin
      serialized_starts <= fetched_starts;
      serialized_ends <= fetched_ends;
      serialized_bits <= bits;
      serialized_significance <= significance;
      serialized_negate <= negate;
      if (fetched_starts_pass) serialized_activations <= fetched_activations;
    end
    if (advance && serialized_valid) begin
      multiplied_starts <= serialized_starts;
      multiplied_ends   <= serialized_ends;
    end
  end

  assign accumulating = advance && multiplied_valid;
  assign working = advance && serialized_valid;
  always_comb begin
    working_lanes = '0;
    for (int l = 0; l < LANES; ++l) working_lanes += LANE_COUNT_BITS'(serialized_bits[l]);
  end

  for (genvar c = 0; c < COLUMNS; ++c) begin : g_pe
    stripes_pe #(
        .ACCUMULATOR_BITS(ACCUMULATOR_BITS)
    ) pe (
        .clk,
        .multiply(advance && serialized_valid),
        .accumulate(advance && multiplied_valid),
        .starts(multiplied_starts),
        .bits(serialized_bits),
        .significance(serialized_significance),
        .negate(serialized_negate),
        .activations(serialized_activations[c]),
        .result(out_results[c])
    );
  end
endmodule
