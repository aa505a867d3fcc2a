// SPDX-License-Identifier: Apache-2.0
#include "sparq/systolic/params.h"

namespace lacuna::sparq {

SystolicOptions SystolicParams::options() const {
  return {pe_array.options(count), pe, sparq.format(), pe_array.skew, pe_array.drain_columns,
          pe_array.trimmers};
}

}  // namespace lacuna::sparq
