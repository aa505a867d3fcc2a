// SPDX-License-Identifier: Apache-2.0
//
// One place of the array: multiplier, accumulator, a second one that keeps a complete sum until it leaves, and the registers to the
// neighbours on the right and below.
module sparq_pe
  import sparq_pkg::*;
  import sparq_array_pkg::*;
#(
    parameter  int unsigned BITS = 4,
    parameter  int unsigned PLACEMENTS = 5,
    localparam int unsigned WEIGHTS = weights_of(BITS),
    localparam int unsigned OPERAND_BITS = operand_bits(BITS, PLACEMENTS)
) (
    input logic clk,
    input logic rst_n,
    input logic advance,

    input tag_t tag,
    input logic [WEIGHTS-1:0][WEIGHT_BITS-1:0] weights,
    input logic [OPERAND_BITS-1:0] operand,

    output tag_t next_tag,
    output logic [WEIGHTS-1:0][WEIGHT_BITS-1:0] next_weights,
    output logic [OPERAND_BITS-1:0] next_operand,
    output logic [SUM_BITS-1:0] second
);
  logic signed [PRODUCT_BITS-1:0] product;
  if (BITS == VALUE_BITS) begin : g_whole
    assign product = PRODUCT_BITS'($signed(operand)) * PRODUCT_BITS'($signed(weights[0]));
  end else begin : g_lanes
    sparq_multiplier #(
        .BITS(BITS),
        .PLACEMENTS(PLACEMENTS)
    ) multiplier (
        .operand,
        .weights,
        .product
    );
  end

  logic [SUM_BITS-1:0] accumulator;
  logic [SUM_BITS-1:0] sum;
  assign sum = (tag.starts ? '0 : accumulator) + SUM_BITS'(product);

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) next_tag <= '0;
    else if (advance) next_tag <= tag;
  end
  always_ff @(posedge clk) begin
    if (advance) begin
      next_weights <= weights;
      next_operand <= operand;
      if (tag.valid) begin
        accumulator <= sum;
        if (tag.ends) second <= sum;
      end
    end
  end
endmodule
