// SPDX-License-Identifier: Apache-2.0
#include "workload/hand_layers.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "workload/defaults.h"
#include "workload/tensor_files.h"

namespace lacuna::workload {
namespace {

constexpr std::size_t longest_name = 100;

bool is_file_name(const std::string& name) {
  return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
             std::string::npos;
}

/// Builds one layer from its entry.
class LayerReader {
 public:
  LayerReader(const Node& node, std::string path, const Params& knobs, TensorFiles& files,
              Diagnostics& diagnostics)
      : node_(node),
        path_(std::move(path)),
        knobs_(knobs),
        files_(files),
        diagnostics_(diagnostics) {}

  std::optional<Layer> read();

 private:
  struct Dimensions {
    Shape shape;
    const Node* node = nullptr;  ///< that says so: the file's name, or the shape
    std::string path;
  };

  void read_activations();
  void read_weights();
  void read_per_channel();
  void read_geometry();
  void fill_convolution();
  void fill_gemm();
  bool check_rank(const Dimensions& dimensions, const char* what, const char* letters);
  /// One number for all of `count`, or a list of one of the sizes in `sizes`.
  std::vector<std::uint32_t> numbers(const Node& value, const char* key, std::uint32_t least,
                                     std::uint32_t otherwise,
                                     const std::vector<std::size_t>& sizes);
  const Node& part(const char* key, const char* inner) const {
    return *node_.find(key)->find(inner);
  }
  void fail(const Place& place, const std::string& path, const std::string& message) {
    diagnostics_.add(place, path, message);
    ok_ = false;
  }

  const Node& node_;
  const std::string path_;
  const Params& knobs_;
  TensorFiles& files_;
  Diagnostics& diagnostics_;
  HandLayer hand_;
  Layer layer_;
  Dimensions activations_;
  Dimensions weights_;
  bool ok_ = true;
};

std::optional<Layer> LayerReader::read() {
  if (!read_parameters_into(hand_, node_, path_, diagnostics_)) {
    return std::nullopt;
  }
  layer_.name = hand_.name;
  layer_.kind = hand_.type == HandType::conv ? LayerKind::convolution : LayerKind::gemm;
  layer_.relu = hand_.relu;
  layer_.compress = hand_.compress;
  layer_.output = hand_.output ? output_type(*hand_.output, hand_.relu)
                               : output_type(knobs_, OutputKnob::int32, hand_.relu);
  layer_.place = node_.place;
  read_activations();
  read_weights();
  if (ok_) {
    read_geometry();
  }
  if (ok_) {
    read_per_channel();
  }
  return ok_ ? std::optional<Layer>(layer_) : std::nullopt;
}

void LayerReader::read_activations() {
  const HandActivations& hand = hand_.activations;
  const std::string path = path_ + ".activations";
  if (hand.npy) {
    const Node& npy = part("activations", "npy");
    layer_.activations.given = files_.load(npy, path + ".npy", {DataType::uint8, DataType::int8});
    ok_ = layer_.activations.given && ok_;
    activations_ = {layer_.activations.given ? layer_.activations.given->shape() : Shape{}, &npy,
                    path + ".npy"};
    return;
  }
  const bool after_relu = hand.type.value_or(ActivationType::uint8) == ActivationType::uint8;
  layer_.activations = synthetic_activations(knobs_, after_relu);
  if (after_relu && hand.zero_fraction) {
    layer_.activations.zero_fraction = *hand.zero_fraction;
  }
  layer_.activations.sigma = hand.sigma.value_or(layer_.activations.sigma);
  activations_ = {Shape(hand.shape.begin(), hand.shape.end()), &part("activations", "shape"),
                  path + ".shape"};
}

void LayerReader::read_weights() {
  const HandWeights& hand = hand_.weights;
  const std::string path = path_ + ".weights";
  if (hand.npy) {
    const Node& npy = part("weights", "npy");
    layer_.weights.given = files_.load(npy, path + ".npy", {DataType::int8});
    ok_ = layer_.weights.given && ok_;
    weights_ = {layer_.weights.given ? layer_.weights.given->shape() : Shape{}, &npy,
                path + ".npy"};
    return;
  }
  layer_.weights.distribution = hand.distribution.value_or(knobs_.weights);
  weights_ = {Shape(hand.shape.begin(), hand.shape.end()), &part("weights", "shape"),
              path + ".shape"};
}

void LayerReader::read_per_channel() {
  const std::size_t channels = layer_.shape.out_channels;
  if (hand_.scale) {
    layer_.weights.scales =
        files_.load_scales(part("scale", "npy"), path_ + ".scale.npy", channels);
    ok_ = layer_.weights.scales && ok_;
  }
  if (hand_.bias) {
    layer_.bias.given = files_.load_per_channel(part("bias", "npy"), path_ + ".bias.npy",
                                                DataType::int32, channels);
    ok_ = layer_.bias.given && ok_;
  }
}

bool LayerReader::check_rank(const Dimensions& dimensions, const char* what, const char* letters) {
  const std::size_t rank = hand_.type == HandType::conv ? 4 : 2;
  if (dimensions.shape.size() != rank) {
    fail(dimensions.node->place, dimensions.path,
         fmt::format("{} of a {} have {} dimensions {}, but the shape is {}", what,
                     name_of_value(hand_.type), rank, letters, to_text(dimensions.shape)));
    return false;
  }
  for (const std::size_t dimension : dimensions.shape) {
    if (dimension < 1 || dimension > largest_dimension) {
      fail(dimensions.node->place, dimensions.path,
           fmt::format("a dimension of {} in {}, expected 1 .. {}", dimension,
                       to_text(dimensions.shape), largest_dimension));
      return false;
    }
  }
  return true;
}

void LayerReader::read_geometry() {
  const bool convolution = hand_.type == HandType::conv;
  const bool activations =
      check_rank(activations_, "activations", convolution ? "[N, C, H, W]" : "[M, K]");
  const bool weights = check_rank(weights_, "weights", convolution ? "[N, C, kh, kw]" : "[N, K]");
  if (!activations || !weights) {
    return;
  }
  if (convolution) {
    fill_convolution();
  } else {
    fill_gemm();
  }
  const std::uint64_t there = layer_.shape.in_channels;
  const std::uint64_t expected = weights_.shape[1] * layer_.shape.groups;
  if (there != expected) {
    fail(weights_.node->place, weights_.path,
         fmt::format("weights {} are for {} {}, but the activations at {} are {}",
                     to_text(weights_.shape), expected,
                     convolution ? "input channels in all groups" : "elements a row",
                     activations_.node->place.text(), to_text(activations_.shape)));
    return;
  }
  for (const std::string& problem : problems_of(layer_.shape)) {
    fail(node_.place, path_, problem);
  }
}

void LayerReader::fill_gemm() {
  LayerShape& s = layer_.shape;
  s.in_width = static_cast<std::uint32_t>(activations_.shape[0]);
  s.in_channels = static_cast<std::uint32_t>(activations_.shape[1]);
  s.out_channels = static_cast<std::uint32_t>(weights_.shape[0]);
}

void LayerReader::fill_convolution() {
  LayerShape& s = layer_.shape;
  s.batch = static_cast<std::uint32_t>(activations_.shape[0]);
  s.in_channels = static_cast<std::uint32_t>(activations_.shape[1]);
  s.in_height = static_cast<std::uint32_t>(activations_.shape[2]);
  s.in_width = static_cast<std::uint32_t>(activations_.shape[3]);
  s.out_channels = static_cast<std::uint32_t>(weights_.shape[0]);
  s.kernel_height = static_cast<std::uint32_t>(weights_.shape[2]);
  s.kernel_width = static_cast<std::uint32_t>(weights_.shape[3]);
  s.groups = hand_.groups;
  const auto stride = numbers(hand_.stride, "stride", 1, 1, {2});
  s.stride_height = stride.front();
  s.stride_width = stride.back();
  const auto dilation = numbers(hand_.dilation, "dilation", 1, 1, {2});
  s.dilation_height = dilation.front();
  s.dilation_width = dilation.back();
  const auto padding = numbers(hand_.padding, "padding", 0, 0, {2, 4});
  s.pad_top = padding.front();
  s.pad_left = padding.size() == 1 ? padding[0] : padding[1];
  s.pad_bottom = padding.size() == 4 ? padding[2] : s.pad_top;
  s.pad_right = padding.size() == 4 ? padding[3] : s.pad_left;
}

std::vector<std::uint32_t> LayerReader::numbers(const Node& value, const char* key,
                                                std::uint32_t least, std::uint32_t otherwise,
                                                const std::vector<std::size_t>& sizes) {
  if (value.is_null()) {
    return {otherwise};
  }
  const std::string path = path_ + "." + key;
  const auto read = [&](const Node& node, const std::string& where) {
    std::uint32_t number = otherwise;
    if (!ParameterValue<std::uint32_t>::read(node, where, diagnostics_, number)) {
      ok_ = false;
    } else if (number < least || number > largest_dimension) {
      fail(
          node.place, where,
          fmt::format("'{}' is out of range, expected {} .. {}", number, least, largest_dimension));
      number = otherwise;
    }
    return number;
  };
  if (!value.is_sequence()) {
    return {read(value, path)};
  }
  if (std::find(sizes.begin(), sizes.end(), value.items.size()) == sizes.end()) {
    fail(value.place, path,
         fmt::format("a list of {}, expected one number or a list of {}", value.items.size(),
                     fmt::join(sizes, " or ")));
    return {otherwise};
  }
  std::vector<std::uint32_t> result;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    result.push_back(read(value.items[i], item_path(path, i)));
  }
  return result;
}

}  // namespace

void HandActivations::validate(Validation& check) const {
  check.require(npy.has_value() != !shape.empty(), "", "expected either npy or a shape");
  check.require(!npy || (!type && !zero_fraction && !sigma), "npy",
                "type, zero_fraction and sigma are of synthetic activations");
  check.require(!zero_fraction || type.value_or(ActivationType::uint8) == ActivationType::uint8,
                "zero_fraction", "only uint8 activations have it: after a ReLU");
}

void HandWeights::validate(Validation& check) const {
  check.require(npy.has_value() != !shape.empty(), "", "expected either npy or a shape");
  check.require(!npy || !distribution, "distribution", "is of synthetic weights");
}

void HandLayer::validate(Validation& check) const {
  check.require(is_file_name(name), "name",
                "expected up to 100 letters, digits, '.', '_' and '-', not beginning with '.'");
  if (type == HandType::gemm) {
    constexpr const char* message = "only convolutions have it";
    check.require(stride.is_null(), "stride", message);
    check.require(padding.is_null(), "padding", message);
    check.require(dilation.is_null(), "dilation", message);
    check.require(groups == 1, "groups", message);
  }
}

std::vector<Layer> read_hand_layers(const Node& node, const std::string& path,
                                    const std::string& directory, const Params& knobs,
                                    Diagnostics& diagnostics) {
  std::vector<Layer> layers;
  if (!expect_list(node, path, diagnostics)) {
    return layers;
  }
  if (node.items.empty()) {
    diagnostics.add(node.place, path, "an empty list, expected at least one layer");
  }
  TensorFiles files(directory, diagnostics);
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    auto layer = LayerReader(item, item_path(path, i), knobs, files, diagnostics).read();
    if (!layer) {
      continue;
    }
    if (!names.insert(layer->name).second) {
      diagnostics.add(item.find("name")->place, item_path(path, i) + ".name",
                      "another layer is called " + in_quotes(layer->name));
    }
    layers.push_back(std::move(*layer));
  }
  return layers;
}

}  // namespace lacuna::workload
