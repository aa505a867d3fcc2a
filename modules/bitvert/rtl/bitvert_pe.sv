// SPDX-License-Identifier: Apache-2.0
//
// One processing element, two stages [BBS Fig. 8]. Multiply: activations are picked by select and valid, added up by sub-group,
// subtracted from the sub-group's sum where inverted, merged, negated for the sign column and shifted; the constant's slice times the
// sum of the pass. Accumulate: both join the accumulator.
module bitvert_pe
  import bitvert_pkg::*;
#(
    parameter int unsigned SUB_GROUP = 8,
    parameter int unsigned ACCUMULATOR_BITS = 32,
    localparam int unsigned SUB_GROUPS = PASS_LENGTH / SUB_GROUP,
    localparam int unsigned MULTIPLIERS = SUB_GROUP / 2,
    localparam int unsigned SELECT_BITS = $clog2(MULTIPLIERS + 1),
    localparam int unsigned SUM_BITS = ACTIVATION_BITS + $clog2(SUB_GROUP),
    localparam int unsigned COLUMN_BITS = PASS_SUM_BITS + 7,
    localparam int unsigned PRODUCT_BITS = 16,
    localparam int unsigned CONSTANT_BITS = PRODUCT_BITS + 3
) (
    input logic clk,
    input logic multiply,          // stage 1 takes a column
    input logic accumulate,        // stage 2 takes what stage 1 left
    input logic starts,            // of stage 2: the accumulator starts from zero

    input logic [SUB_GROUPS-1:0] invert,
    input logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0] valid,
    input logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0][SELECT_BITS-1:0] select,
    input logic [2:0] significance,
    input logic negate,
    input constant_slice_t constant,

    input logic [PASS_LENGTH-1:0][ACTIVATION_BITS-1:0] activations,
    input logic [SUB_GROUPS-1:0][SUM_BITS-1:0] sub_group_sums,
    input logic signed [PASS_SUM_BITS-1:0] pass_sum,

    output logic [ACCUMULATOR_BITS-1:0] result  // what the accumulator becomes
);
  logic [SUB_GROUPS-1:0][SUM_BITS-1:0] partial;
  for (genvar s = 0; s < SUB_GROUPS; ++s) begin : g_sub_group
    logic signed [SUM_BITS-1:0] tree;
    always_comb begin
      tree = '0;
      for (int m = 0; m < MULTIPLIERS; ++m) begin
        if (valid[s][m]) begin
          tree += SUM_BITS'($signed(activations[s*SUB_GROUP+m+int'(select[s][m])]));
        end
      end
    end
    assign partial[s] = invert[s] ? $signed(sub_group_sums[s]) - tree : tree;
  end

  logic signed [PASS_SUM_BITS-1:0] merged;
  always_comb begin
    merged = '0;
    for (int s = 0; s < SUB_GROUPS; ++s) merged += PASS_SUM_BITS'($signed(partial[s]));
    if (negate) merged = -merged;
  end

  logic signed [PRODUCT_BITS-1:0] product;
  logic signed [CONSTANT_BITS-1:0] weighted;
  assign product = PRODUCT_BITS'(pass_sum) * PRODUCT_BITS'(constant.factor);
  assign weighted = constant.upper ? CONSTANT_BITS'(product) <<< 3 : CONSTANT_BITS'(product);

  logic signed [COLUMN_BITS-1:0] column_q;
  logic signed [CONSTANT_BITS-1:0] constant_q;
  always_ff @(posedge clk) begin
    if (multiply) begin
      column_q <= COLUMN_BITS'(merged) <<< significance;
      constant_q <= !constant.active ? '0 : constant.subtract ? -weighted : weighted;
    end
  end

  logic [ACCUMULATOR_BITS-1:0] accumulator;
  assign result = (starts ? '0 : accumulator) + ACCUMULATOR_BITS'(column_q) +
      ACCUMULATOR_BITS'(constant_q);
  always_ff @(posedge clk) begin
    if (accumulate) accumulator <= result;
  end
endmodule
