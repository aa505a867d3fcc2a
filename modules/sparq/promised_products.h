// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reference/dot_products.h"
#include "sparq/pe_kind.h"
#include "sparse/sparq_format.h"

namespace lacuna::sparq {

/// What sums of a layer must be whose activations take part with fewer bits. Elements of a row come as the reduction goes:
/// kernel rows, kernel columns, channels of the convolution group; the first is a pair with the second, the third with the
/// fourth, the last of an odd number alone with a zero [SPARQ, public kernels].
///   - two_4b: every activation is a multiple of 16.
///   - sparq: what sparse::encode_pair() keeps of a pair.
///   - sysmt: a pair keeps 8 bits when any of its four operands is zero, otherwise each activation its upper or lower four.
reference::DotProducts promised_products(PeKind pe, const sparse::SparqFormat& format);

}  // namespace lacuna::sparq
