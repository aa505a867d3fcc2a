// SPDX-License-Identifier: Apache-2.0
#include "workload/layer.h"

#include <catch2/catch.hpp>

using namespace lacuna;
using namespace lacuna::workload;

namespace {

LayerShape good() {
  LayerShape s;
  s.in_channels = 4;
  s.out_channels = 8;
  s.in_height = s.in_width = 5;
  s.kernel_height = s.kernel_width = 3;
  return s;
}

}  // namespace

TEST_CASE("a good geometry has no problems") {
  CHECK(problems_of(good()).empty());
}

TEST_CASE("zero and huge sizes are problems") {
  LayerShape s = good();
  s.in_channels = 0;
  CHECK(problems_of(s) == std::vector<std::string>{"input channels is 0, expected 1 .. 1048576"});
  s = good();
  s.stride_width = 0;
  s.in_width = 1048577;
  CHECK(problems_of(s).size() == 2);
  s = good();
  s.pad_left = 0xFFFFFFFF;
  CHECK(problems_of(s).size() == 1);
}

TEST_CASE("a kernel larger than the padded input is a problem") {
  LayerShape s = good();
  s.kernel_height = 6;
  CHECK(problems_of(s) ==
        std::vector<std::string>{"the kernel's height 6 is larger than the padded input's 5"});
  s.pad_bottom = 1;
  CHECK(problems_of(s).empty());
  CHECK(s.out_height() == 1);
  s = good();
  s.dilation_width = 3;  // reaches over 7 columns
  CHECK(problems_of(s) ==
        std::vector<std::string>{"the kernel's width 7 is larger than the padded input's 5"});
}

TEST_CASE("an extent that does not fit 32 bits is a problem, not an overflow") {
  LayerShape s = good();
  s.kernel_height = 1 << 20;
  s.dilation_height = 1 << 20;
  CHECK(problems_of(s).size() == 1);
}

TEST_CASE("channels must divide into the groups") {
  LayerShape s = good();
  s.groups = 3;
  CHECK(problems_of(s).size() == 2);
  s.groups = 4;
  CHECK(problems_of(s).empty());
}

TEST_CASE("tensors of more than 2^31 elements are problems") {
  LayerShape s;
  s.in_channels = 1 << 11;
  s.in_width = 1 << 20;
  CHECK(problems_of(s).empty());  // exactly 2^31
  s.in_channels += 1;
  CHECK(problems_of(s) == std::vector<std::string>{"more than 2147483648 activations"});
  s = LayerShape();
  s.in_channels = s.out_channels = s.in_width = 1 << 20;
  CHECK(problems_of(s).size() == 3);
}

TEST_CASE("tensor shapes follow the user's order") {
  Layer layer;
  layer.shape = good();
  layer.shape.groups = 2;
  layer.shape.batch = 3;
  CHECK(activation_shape(layer) == Shape{3, 4, 5, 5});
  CHECK(weight_shape(layer) == Shape{8, 2, 3, 3});
  CHECK(output_shape(layer) == Shape{3, 8, 3, 3});
  CHECK(layout_of(layer) == reference::Layout::channels_first);
  layer.kind = LayerKind::gemm;
  layer.shape = LayerShape();
  layer.shape.in_width = 7;
  layer.shape.in_channels = 4;
  layer.shape.out_channels = 2;
  CHECK(activation_shape(layer) == Shape{7, 4});
  CHECK(weight_shape(layer) == Shape{2, 4});
  CHECK(output_shape(layer) == Shape{7, 2});
  CHECK(layout_of(layer) == reference::Layout::channels_last);
}

TEST_CASE("the reference sees the same geometry") {
  LayerShape s = good();
  s.batch = 2;
  s.pad_left = 1;
  s.pad_bottom = 2;
  s.stride_width = 2;
  s.dilation_height = 2;
  const reference::Convolution r = reference_shape(s);
  CHECK(r.out_height() == s.out_height());
  CHECK(r.out_width() == s.out_width());
  CHECK(r.positions() == s.positions());
  CHECK(r.reduction() == s.reduction());
  CHECK(r.groups == s.groups);
}
