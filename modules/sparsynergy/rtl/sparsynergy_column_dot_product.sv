// SPDX-License-Identifier: Apache-2.0
//
// A bit-column dot product: eight single-bit multiplications with the weights' signs, an adder tree, a shift to the column's
// significance, and the register behind it.
module sparsynergy_column_dot_product
  import sparsynergy_pkg::*;
#(
    parameter int unsigned PUBLISHED = 0  // 1: with the defects of the authors' RTL
) (
    input logic clk,
    input logic enable,

    input logic [LANES-1:0] sign,
    input logic [LANES-1:0] column,
    input logic [OFFSET_BITS-1:0] offset,
    input operands_t operands,

    output logic signed [PRODUCT_BITS-1:0] product
);
  logic signed [PRODUCT_BITS-1:0] shifted;

  if (PUBLISHED == 0) begin : g_intended
    logic signed [TREE_BITS-1:0] tree;
    always_comb begin
      tree = '0;
      for (int l = 0; l < LANES; ++l) begin
        automatic logic signed [TREE_BITS-1:0] operand = TREE_BITS'($signed(operands[l]));
        if (column[l]) tree += sign[l] ? -operand : operand;
      end
      shifted = PRODUCT_BITS'(tree) <<< offset;
    end
  end else begin : g_published
    logic [PUBLISHED_TREE_BITS-1:0] tree;
    logic [PUBLISHED_PRODUCT_BITS-1:0] cut;
    always_comb begin
      tree = '0;
      for (int l = 0; l < LANES; ++l) begin
        automatic
        logic signed [PUBLISHED_ACTIVATION_BITS-1:0]
        operand = operands[l][PUBLISHED_ACTIVATION_BITS-1:0];
        automatic
        logic signed [PUBLISHED_ACTIVATION_BITS-1:0]
        signed_operand = sign[l] ? -operand : operand;
        if (column[l]) tree += PUBLISHED_TREE_BITS'(signed_operand);
      end
      // A negative sum is not extended by its sign.
      cut = PUBLISHED_PRODUCT_BITS'(tree) << offset;
      shifted = PRODUCT_BITS'(cut);
    end
  end

  always_ff @(posedge clk) begin
    if (enable) product <= shifted;
  end
endmodule
