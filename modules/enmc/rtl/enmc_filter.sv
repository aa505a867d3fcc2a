// SPDX-License-Identifier: Apache-2.0
//
// The comparator filter, context by context: in one clock as many sums as there are comparators, which are on their way to the
// special-function unit in that clock; then an index a clock for each that lies above the threshold.
module enmc_filter
  import enmc_screener_pkg::*;
#(
    parameter int unsigned COMPARATORS = 64
) (
    input logic clk,
    input logic rst_n,
    input logic [CONTEXT_BITS:0] contexts,
    input logic [ROW_BITS:0] rows,
    input logic [SUM_BITS-1:0] threshold,

    input logic start,
    output logic busy,
    output logic ended,  // this is a context's last clock

    output logic [ROW_BITS-1:0] first_sum,  // of those to be compared
    input logic [COMPARATORS-1:0][SUM_BITS-1:0] sums,

    output logic sums_valid,
    input logic sums_ready,
    output logic [ROW_BITS-1:0] sums_row,  // of the first

    output logic index_valid,
    input logic index_ready,
    output logic [CONTEXT_BITS-1:0] index_context,
    output logic [ROW_BITS-1:0] index_row
);
  logic emitting;
  logic [CONTEXT_BITS-1:0] context_number;
  logic [ROW_BITS-1:0] row;  // of the group's first
  logic [COMPARATORS-1:0] waiting;  // that lie above the threshold

  logic [COMPARATORS-1:0] above;
  for (genvar i = 0; i < COMPARATORS; ++i) begin : g_comparator
    assign above[i] = (ROW_BITS + 1)'(row) + (ROW_BITS + 1)'(i) < rows &&
        $signed(sums[i]) > $signed(threshold);
  end

  logic [COMPARATORS-1:0] lowest;
  assign lowest = waiting & (~waiting + 1'b1);
  always_comb begin
    index_row = row;
    for (int unsigned i = 0; i < COMPARATORS; ++i) begin
      if (lowest[i]) index_row = row + ROW_BITS'(i);
    end
  end

  logic group_ended;
  logic context_ended;
  logic last_group;
  assign last_group = (ROW_BITS + 1)'(row) + (ROW_BITS + 1)'(COMPARATORS) >= rows;
  assign group_ended = emitting ? index_ready && waiting == lowest : sums_valid && sums_ready && above == '0;
  assign context_ended = group_ended && last_group;

  assign sums_valid = busy && !emitting;
  assign sums_row = row;
  assign first_sum = ROW_BITS'(context_number * rows) + row;
  assign index_valid = emitting;
  assign index_context = context_number;
  assign ended = context_ended;

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      busy <= 1'b0;
      emitting <= 1'b0;
      context_number <= '0;
      row <= '0;
      waiting <= '0;
    end else if (start) begin
      busy <= 1'b1;
      context_number <= '0;
      row <= '0;
    end else if (group_ended) begin
      emitting <= 1'b0;
      row <= last_group ? '0 : row + ROW_BITS'(COMPARATORS);
      if (last_group) context_number <= context_number + 1'b1;
      if (last_group && (CONTEXT_BITS + 1)'(context_number) + 1'b1 == contexts) busy <= 1'b0;
    end else if (emitting) begin
      if (index_ready) waiting <= waiting & ~lowest;
    end else if (sums_valid && sums_ready) begin
      emitting <= 1'b1;
      waiting <= above;
    end
  end
endmodule
