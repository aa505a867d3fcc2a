// SPDX-License-Identifier: Apache-2.0
//
// 13 command-address bits to an instruction. Numbers 2 and 9 are the source's, the others ours. What the devices would obey, all zeros
// and whatever has A10 set, is none, nor are numbers without an instruction, nor bits set that an instruction leaves zero.
module enmc_decoder
  import enmc_isa_pkg::*;
(
    input logic [COMMAND_BITS-1:0] command,
    input logic data_valid,
    input logic [DATA_BITS-1:0] data,

    output opcode_t opcode,
    output logic [4:0] first,  // buffer or register
    output logic [3:0] second,  // buffer
    output data_use_t data_use,
    output logic has_value,
    output logic [DATA_BITS-1:0] value,
    output logic illegal  // every other output is zero then
);
  localparam int unsigned ALL_BANKS = 10;  // A10 of a PRECHARGE

  logic [4:0] number;
  logic select;
  assign number = command[12:8];
  assign select = command[7];

  form_t form;
  always_comb begin
    case (number)
      5'd0: form = '{1'b1, 1'b0, MOVE, TWO_BUFFERS, NO_DATA};
      5'd1: form = '{1'b1, 1'b0, LDR, BUFFER, OPTIONAL};
      5'd2: form = '{1'b1, 1'b0, MUL_ADD_FP32, TWO_BUFFERS, NO_DATA};
      5'd3: form = '{1'b1, 1'b0, STR, BUFFER, OPTIONAL};
      5'd8: form = '{1'b1, 1'b0, MUL_ADD_INT4, TWO_BUFFERS, NO_DATA};
      5'd9: form = '{1'b1, 1'b1, select ? INIT : QUERY, STATUS_REGISTER, select ? REQUIRED : ANSWERED};
      5'd10: form = '{1'b1, 1'b0, FILTER, BUFFER, NO_DATA};
      5'd11: form = '{1'b1, 1'b0, RETURN, NO_OPERAND, ANSWERED};
      5'd16: form = '{1'b1, 1'b0, ADD_INT4, TWO_BUFFERS, NO_DATA};
      5'd17: form = '{1'b1, 1'b0, MUL_INT4, TWO_BUFFERS, NO_DATA};
      5'd18: form = '{1'b1, 1'b0, ADD_FP32, TWO_BUFFERS, NO_DATA};
      5'd19: form = '{1'b1, 1'b0, MUL_FP32, TWO_BUFFERS, NO_DATA};
      5'd24: form = '{1'b1, 1'b1, select ? SOFTMAX : SIGMOID, BUFFER, NO_DATA};
      5'd25: form = '{1'b1, 1'b0, BARRIER, NO_OPERAND, NO_DATA};
      5'd26: form = '{1'b1, 1'b0, NOP, NO_OPERAND, NO_DATA};
      5'd27: form = '{1'b1, 1'b0, CLR, NO_OPERAND, NO_DATA};
      default: form = '{1'b0, 1'b0, NOP, NO_OPERAND, NO_DATA};
    endcase
  end

  // Operands at the top of eight bits, whether or not one of them selects.
  logic [7:0] operands;
  logic [7:0] rest;  // what the instruction leaves zero
  assign operands = form.selected ? {command[6:0], 1'b0} : command[7:0];
  always_comb begin
    case (form.operands)
      NO_OPERAND: rest = operands;
      BUFFER: rest = {4'b0, operands[3:0]};
      STATUS_REGISTER: rest = {5'b0, operands[2:0]};
      default: rest = '0;
    endcase
  end

  assign illegal = command == '0 || command[ALL_BANKS] || !form.known || rest != '0;
  always_comb begin
    opcode = illegal ? opcode_t'('0) : form.opcode;
    first = '0;
    second = '0;
    if (!illegal) begin
      case (form.operands)
        BUFFER: first = {1'b0, operands[7:4]};
        STATUS_REGISTER: first = operands[7:3];
        TWO_BUFFERS: begin
          first = {1'b0, operands[7:4]};
          second = operands[3:0];
        end
        default: first = '0;
      endcase
    end
  end
  assign data_use = illegal ? NO_DATA : form.data_use;
  assign has_value = !illegal && data_valid;
  assign value = has_value ? data : '0;
endmodule
