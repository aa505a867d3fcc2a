// SPDX-License-Identifier: Apache-2.0
//
// The scheduler of one row: plans both sub-groups' column, counts the significance of columns down from 7 - redundant, and cuts the
// group's constant into two 3-bit slices for the first two cycles of a pass. Columns below significance 0, of which there are some
// when a row stores fewer columns than its block, are gated.
module bitvert_row_scheduler
  import bitvert_pkg::*;
#(
    parameter int unsigned SUB_GROUP = 8,
    localparam int unsigned SUB_GROUPS = PASS_LENGTH / SUB_GROUP,
    localparam int unsigned MULTIPLIERS = SUB_GROUP / 2,
    localparam int unsigned SELECT_BITS = $clog2(MULTIPLIERS + 1)
) (
    input logic clk,
    input logic rst_n,
    input logic enable,  // a column is there and may move on

    input logic [PASS_LENGTH-1:0] column,
    input logic starts_pass,
    input group_metadata_t metadata,
    input block_header_t header,

    output logic [SUB_GROUPS-1:0] invert,
    output logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0] valid,
    output logic [SUB_GROUPS-1:0][MULTIPLIERS-1:0][SELECT_BITS-1:0] select,
    output logic [2:0] significance,
    output logic negate,  // the sign column
    output constant_slice_t constant
);
  // One bit more than the significance needs: negative from below column 0 on.
  logic signed [4:0] last;
  logic signed [4:0] current;
  logic second;  // the pass's second column

  assign current = starts_pass ? 5'sd7 - $signed({3'b000, metadata.redundant}) : last - 5'sd1;
  assign negate = starts_pass;

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) begin
      last   <= '0;
      second <= 1'b0;
    end else if (enable) begin
      last   <= current;
      second <= starts_pass;
    end
  end

  logic gated;
  assign gated = current[4];
  assign significance = gated ? 3'd0 : current[2:0];

  for (genvar s = 0; s < SUB_GROUPS; ++s) begin : g_sub_group
    logic plan_invert;
    logic [MULTIPLIERS-1:0] plan_valid;
    bitvert_column_scheduler #(
        .SUB_GROUP(SUB_GROUP)
    ) plan (
        .column(column[s*SUB_GROUP+:SUB_GROUP]),
        .invert(plan_invert),
        .valid (plan_valid),
        .select(select[s])
    );
    assign invert[s] = plan_invert & ~gated;
    assign valid[s]  = gated ? '0 : plan_valid;
  end

  always_comb begin
    constant = '0;
    if (header.has_constants && (starts_pass || second)) begin
      constant.active = 1'b1;
      constant.upper = !starts_pass;
      constant.subtract = header.subtracts;
      // The upper half of a subtracted constant carries its sign; every other half is unsigned.
      constant.factor = starts_pass ? {1'b0, metadata.constant[2:0]}
                                    : {header.subtracts & metadata.constant[5], metadata.constant[5:3]};
    end
  end
endmodule
