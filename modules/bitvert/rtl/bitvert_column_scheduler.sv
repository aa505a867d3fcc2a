// SPDX-License-Identifier: Apache-2.0
//
// What one sub-group of a PE does with one bit column: the minority bit value is spread over half as many multipliers as
// there are weights, by chained priority encoders. Encoder m sees bits m to m + MULTIPLIERS and takes the first that is left
// [BBS §IV-B]. A tie is not inverted, so that at most half of the bits are ever effectual.
module bitvert_column_scheduler #(
    parameter int unsigned SUB_GROUP = 8,  // weights: 4, 8 or 16
    localparam int unsigned MULTIPLIERS = SUB_GROUP / 2,
    localparam int unsigned SELECT_BITS = $clog2(MULTIPLIERS + 1)
) (
    input logic [SUB_GROUP-1:0] column,  // bit i: of weight i

    output logic invert,  // the zeros' activations are added up, and subtracted from the sum of all
    output logic [MULTIPLIERS-1:0] valid,
    output logic [MULTIPLIERS-1:0][SELECT_BITS-1:0] select  // multiplier m takes activation m + select[m]
);
  localparam int unsigned COUNT_BITS = $clog2(SUB_GROUP + 1);

  logic [COUNT_BITS-1:0] ones;
  always_comb begin
    ones = '0;
    for (int i = 0; i < SUB_GROUP; ++i) ones += COUNT_BITS'(column[i]);
  end
  assign invert = ones > COUNT_BITS'(MULTIPLIERS);

  always_comb begin
    logic [SUB_GROUP-1:0] left;  // effectual bits that no encoder has taken yet
    left = invert ? ~column : column;
    valid = '0;
    select = '0;
    for (int m = 0; m < MULTIPLIERS; ++m) begin
      for (int i = 0; i <= MULTIPLIERS; ++i) begin
        if (left[m+i] && !valid[m]) begin
          valid[m] = 1'b1;
          select[m] = SELECT_BITS'(i);
          left[m+i] = 1'b0;
        end
      end
    end
  end
endmodule
