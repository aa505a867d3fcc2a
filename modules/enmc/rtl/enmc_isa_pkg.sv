// SPDX-License-Identifier: Apache-2.0
//
// Instructions of an ENMC DIMM as its controller sees them (doc/enmc_isa.md).
package enmc_isa_pkg;
  localparam int unsigned COMMAND_BITS = 13;  // A12 to A0 of a PRECHARGE
  localparam int unsigned DATA_BITS = 64;

  // In the order of Table 6.1.
  typedef enum logic [4:0] {
    INIT,
    LDR,
    STR,
    MOVE,
    ADD_INT4,
    MUL_INT4,
    ADD_FP32,
    MUL_FP32,
    MUL_ADD_INT4,
    MUL_ADD_FP32,
    FILTER,
    SIGMOID,
    SOFTMAX,
    BARRIER,
    NOP,
    QUERY,
    RETURN,
    CLR
  } opcode_t;

  // What travels on the data bus behind the command.
  typedef enum logic [1:0] {
    NO_DATA,
    REQUIRED,  // to the rank: a value
    OPTIONAL,  // to the rank: an address; without, the buffer's address register
    ANSWERED  // from the rank
  } data_use_t;

  // Operands, from the most significant bit below the number and its selecting bit.
  typedef enum logic [1:0] {
    NO_OPERAND,
    BUFFER,
    TWO_BUFFERS,
    STATUS_REGISTER
  } operands_t;

  typedef struct packed {
    logic known;
    logic selected;  // bit 7 tells two instructions of one number apart
    opcode_t opcode;
    operands_t operands;
    data_use_t data_use;
  } form_t;
endpackage
