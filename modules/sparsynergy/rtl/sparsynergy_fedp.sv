// SPDX-License-Identifier: Apache-2.0
//
// A fused element dot product unit: four bit-column dot products that share their operands, and eight partial sums, addressed by the
// row of the vector. Three stages: operands are selected; multiplied; and joined to a partial sum.
module sparsynergy_fedp
  import sparsynergy_pkg::*;
#(
    parameter int unsigned PARTIAL_SUM_BITS = 32,
    parameter int unsigned PUBLISHED = 0
) (
    input logic clk,
    input logic select,      // stage 1 takes a load
    input logic multiply,    // stage 2 takes what stage 1 left
    input logic accumulate,  // stage 3 takes what stage 2 left
    input logic starts,      // of stage 3: all partial sums start from zero

    input load_t load,
    input activations_t activations,

    output load_t selected,  // the load in stage 2
    output logic [SUMS-1:0][RESULT_BITS-1:0] results  // what the partial sums become
);
  operands_t operands;
  sparsynergy_operand_select selection (
      .activations,
      .block_select(load.block_select),
      .element_select(load.element_select),
      .operands
  );

  operands_t selected_operands;
  always_ff @(posedge clk) begin
    if (select) begin
      selected <= load;
      selected_operands <= operands;
    end
  end

  logic signed [COLUMNS-1:0][PRODUCT_BITS-1:0] product;
  logic multiplied_valid;
  logic [ROW_BITS-1:0] multiplied_row;
  for (genvar c = 0; c < COLUMNS; ++c) begin : g_column
    sparsynergy_column_dot_product #(
        .PUBLISHED(PUBLISHED)
    ) dot_product (
        .clk,
        .enable(multiply),
        .sign(selected.sign),
        .column(selected.column[c]),
        .offset(selected.offset[c]),
        .operands(selected_operands),
        .product(product[c])
    );
  end
  always_ff @(posedge clk) begin
    if (multiply) begin
      multiplied_valid <= selected.valid;
      multiplied_row   <= selected.row;
    end
  end

  logic signed [FUSED_BITS-1:0] fused;
  always_comb begin
    fused = '0;
    for (int c = 0; c < COLUMNS; ++c) fused += FUSED_BITS'($signed(product[c]));
  end

  logic signed [SUMS-1:0][PARTIAL_SUM_BITS-1:0] sums;
  logic signed [SUMS-1:0][PARTIAL_SUM_BITS-1:0] next_sums;
  always_comb begin
    next_sums = starts ? '0 : sums;
    if (multiplied_valid) next_sums[multiplied_row] += PARTIAL_SUM_BITS'(fused);
    for (int s = 0; s < SUMS; ++s) results[s] = RESULT_BITS'($signed(next_sums[s]));
  end
  always_ff @(posedge clk) begin
    if (accumulate) sums <= next_sums;
  end
endmodule
