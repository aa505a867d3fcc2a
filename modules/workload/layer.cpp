// SPDX-License-Identifier: Apache-2.0
#include "workload/layer.h"

#include <fmt/format.h>

namespace lacuna::workload {
namespace {

struct Named {
  const char* name;
  std::uint64_t value;
  std::uint64_t least;
};

/// a * b * c * d, or just above the limit when it is more than that.
std::uint64_t elements(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  std::uint64_t product = a;
  for (const std::uint64_t factor : {b, c, d}) {
    product = product > most_elements || (factor != 0 && product > most_elements / factor)
                  ? most_elements + 1
                  : product * factor;
  }
  return product;
}

void check_ranges(const LayerShape& s, std::vector<std::string>& problems) {
  const Named fields[] = {
      {"batch", s.batch, 1},
      {"groups", s.groups, 1},
      {"input channels", s.in_channels, 1},
      {"input height", s.in_height, 1},
      {"input width", s.in_width, 1},
      {"output channels", s.out_channels, 1},
      {"kernel height", s.kernel_height, 1},
      {"kernel width", s.kernel_width, 1},
      {"vertical stride", s.stride_height, 1},
      {"horizontal stride", s.stride_width, 1},
      {"vertical dilation", s.dilation_height, 1},
      {"horizontal dilation", s.dilation_width, 1},
      {"top padding", s.pad_top, 0},
      {"left padding", s.pad_left, 0},
      {"bottom padding", s.pad_bottom, 0},
      {"right padding", s.pad_right, 0},
  };
  for (const Named& field : fields) {
    if (field.value < field.least || field.value > largest_dimension) {
      problems.push_back(fmt::format("{} is {}, expected {} .. {}", field.name, field.value,
                                     field.least, largest_dimension));
    }
  }
}

void check_channels(const LayerShape& s, std::vector<std::string>& problems) {
  if (s.in_channels % s.groups != 0) {
    problems.push_back(
        fmt::format("{} input channels do not divide into {} groups", s.in_channels, s.groups));
  }
  if (s.out_channels % s.groups != 0) {
    problems.push_back(
        fmt::format("{} output channels do not divide into {} groups", s.out_channels, s.groups));
  }
}

void check_kernel(const char* direction, std::uint64_t input, std::uint64_t pads,
                  std::uint64_t kernel, std::uint64_t dilation,
                  std::vector<std::string>& problems) {
  const std::uint64_t extent = dilation * (kernel - 1) + 1;
  if (extent > input + pads) {
    problems.push_back(fmt::format("the kernel's {} {} is larger than the padded input's {}",
                                   direction, extent, input + pads));
  }
}

void check_sizes(const LayerShape& s, std::vector<std::string>& problems) {
  const Named tensors[] = {
      {"activations", elements(s.batch, s.in_channels, s.in_height, s.in_width), 1},
      {"weights",
       elements(s.out_channels, s.in_channels / s.groups, s.kernel_height, s.kernel_width), 1},
      {"outputs", elements(s.batch, s.out_channels, s.out_height(), s.out_width()), 1},
  };
  for (const Named& tensor : tensors) {
    if (tensor.value > most_elements) {
      problems.push_back(fmt::format("more than {} {}", most_elements, tensor.name));
    }
  }
}

}  // namespace

DataType activation_type(const Layer& layer) {
  if (layer.activations.given) {
    return layer.activations.given->type();
  }
  return layer.activations.distribution == ActivationDistribution::normal ? DataType::int8
                                                                          : DataType::uint8;
}

reference::Layout layout_of(const Layer& layer) {
  return layer.kind == LayerKind::convolution ? reference::Layout::channels_first
                                              : reference::Layout::channels_last;
}

Shape activation_shape(const Layer& layer) {
  const LayerShape& s = layer.shape;
  if (layer.kind == LayerKind::convolution) {
    return {s.batch, s.in_channels, s.in_height, s.in_width};
  }
  return {s.in_width, s.in_channels};
}

Shape weight_shape(const Layer& layer) {
  const LayerShape& s = layer.shape;
  if (layer.kind == LayerKind::convolution) {
    return {s.out_channels, s.group_in_channels(), s.kernel_height, s.kernel_width};
  }
  return {s.out_channels, s.group_in_channels()};
}

Shape output_shape(const Layer& layer) {
  const LayerShape& s = layer.shape;
  if (layer.kind == LayerKind::convolution) {
    return {s.batch, s.out_channels, s.out_height(), s.out_width()};
  }
  return {s.in_width, s.out_channels};
}

reference::Convolution reference_shape(const LayerShape& s) {
  reference::Convolution r;
  r.batch = s.batch;
  r.groups = s.groups;
  r.in_channels = s.in_channels;
  r.in_height = s.in_height;
  r.in_width = s.in_width;
  r.out_channels = s.out_channels;
  r.kernel_height = s.kernel_height;
  r.kernel_width = s.kernel_width;
  r.stride_height = s.stride_height;
  r.stride_width = s.stride_width;
  r.dilation_height = s.dilation_height;
  r.dilation_width = s.dilation_width;
  r.pad_top = s.pad_top;
  r.pad_left = s.pad_left;
  r.pad_bottom = s.pad_bottom;
  r.pad_right = s.pad_right;
  return r;
}

std::vector<std::string> problems_of(const LayerShape& shape) {
  std::vector<std::string> problems;
  check_ranges(shape, problems);
  if (!problems.empty()) {
    return problems;
  }
  check_channels(shape, problems);
  check_kernel("height", shape.in_height, std::uint64_t{shape.pad_top} + shape.pad_bottom,
               shape.kernel_height, shape.dilation_height, problems);
  check_kernel("width", shape.in_width, std::uint64_t{shape.pad_left} + shape.pad_right,
               shape.kernel_width, shape.dilation_width, problems);
  if (problems.empty()) {
    check_sizes(shape, problems);
  }
  return problems;
}

}  // namespace lacuna::workload
