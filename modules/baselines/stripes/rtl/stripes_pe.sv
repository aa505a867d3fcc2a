// SPDX-License-Identifier: Apache-2.0
//
// One bit-serial inner-product unit [Judd et al., MICRO'16], two stages. Multiply: a bit of every weight gates its activation, an adder
// tree, negation for the sign bits, shift. Accumulate: the shifted sum joins the accumulator.
module stripes_pe
  import stripes_pkg::*;
#(
    parameter int unsigned ACCUMULATOR_BITS = 32
) (
    input logic clk,
    input logic multiply,    // stage 1 takes a bit of every weight
    input logic accumulate,  // stage 2 takes what stage 1 left
    input logic starts,      // of stage 2: the accumulator starts from zero

    input logic [LANES-1:0] bits,  // bit l: of the weight of lane l
    input logic [2:0] significance,
    input logic negate,  // the sign bits
    input logic [LANES-1:0][ACTIVATION_BITS-1:0] activations,

    output logic [ACCUMULATOR_BITS-1:0] result  // what the accumulator becomes
);
  logic signed [TREE_BITS-1:0] tree;
  always_comb begin
    tree = '0;
    for (int l = 0; l < LANES; ++l) begin
      if (bits[l]) tree += TREE_BITS'($signed(activations[l]));
    end
    if (negate) tree = -tree;
  end

  logic signed [PRODUCT_BITS-1:0] product;
  always_ff @(posedge clk) begin
    if (multiply) product <= PRODUCT_BITS'(tree) <<< significance;
  end

  logic [ACCUMULATOR_BITS-1:0] accumulator;
  assign result = (starts ? '0 : accumulator) + ACCUMULATOR_BITS'(product);
  always_ff @(posedge clk) begin
    if (accumulate) accumulator <= result;
  end
endmodule
