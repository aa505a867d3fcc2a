// SPDX-License-Identifier: Apache-2.0
// The fields of a described struct, collected once by its describe().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/parameters_validation.h"
#include "core/parameters_value.h"

namespace lacuna {
inline namespace core {

/// "a, b, c".
std::string names_text(const std::vector<std::string>& names);
/// A value on one line, as documentation shows it; nothing for a mapping.
std::string value_text(const Node& node);

/// One field, its struct and type forgotten.
class Field {
 public:
  Field(std::string name, std::string doc) : name_(std::move(name)), doc_(std::move(doc)) {}
  virtual ~Field() = default;
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;

  const std::string& name() const { return name_; }
  const std::string& doc() const { return doc_; }
  bool is_required() const { return required_; }

  virtual bool read(void* params, const Node& node, const std::string& path,
                    Diagnostics& diagnostics) const = 0;
  virtual Node write(const void* params) const = 0;
  virtual FieldDescription describe(const void* params) const = 0;

 protected:
  void set_required() { required_ = true; }

 private:
  std::string name_;
  std::string doc_;
  bool required_ = false;
};

/// A field of type F, and the rules for its values: of a list, map or optional, the rules for each
/// element.
template <class F>
class FieldOf : public Field {
 public:
  using Element = typename ParameterValue<F>::Element;
  using Field::Field;

  /// From `least` to `most`, both included.
  FieldOf& range(Element least, Element most) {
    rules_.push_back([least, most](const Element& value) {
      return value < least || most < value
                 ? "is out of range, expected " + text_of(least) + " .. " + text_of(most)
                 : std::string();
    });
    shape_.least = text_of(least);
    shape_.most = text_of(most);
    return *this;
  }

  /// More than zero.
  FieldOf& positive() {
    rules_.push_back([](const Element& value) {
      return Element{} < value ? std::string() : "must be more than zero";
    });
    shape_.positive = true;
    return *this;
  }

  FieldOf& choices(const std::vector<Element>& values) {
    for (const Element& value : values) {
      shape_.choices.push_back(text_of(value));
    }
    rules_.push_back([values, names = shape_.choices](const Element& value) {
      for (const Element& choice : values) {
        if (choice == value) {
          return std::string();
        }
      }
      return "is not possible, expected one of " + names_text(names) +
             suggestion(text_of(value), names);
    });
    return *this;
  }

  /// Must stand in the file.
  FieldOf& required() {
    set_required();
    return *this;
  }

  bool read(void* params, const Node& node, const std::string& path,
            Diagnostics& diagnostics) const override {
    F value = of(params);
    if (!ParameterValue<F>::read(node, path, diagnostics, value) ||
        !check(value, node, path, diagnostics)) {
      return false;
    }
    of(params) = std::move(value);
    return true;
  }

  Node write(const void* params) const override {
    return ParameterValue<F>::write(read_of(params));
  }

  FieldDescription describe(const void* params) const override {
    FieldDescription description = shape_;
    description.name = name();
    description.doc = doc();
    description.required = is_required();
    description.value = ParameterValue<F>::describe(read_of(params));
    if (!is_required()) {
      description.default_text = value_text(write(params));
    }
    return description;
  }

 protected:
  virtual F& of(void* params) const = 0;

 private:
  using Rule = std::function<std::string(const Element&)>;

  const F& read_of(const void* params) const { return of(const_cast<void*>(params)); }
  static std::string text_of(const Element& value) {
    return ParameterValue<Element>::write(value).scalar;
  }
  bool check(const F& value, const Node& node, const std::string& path,
             Diagnostics& diagnostics) const {
    bool ok = true;
    const auto apply = [&](const Element& element, const Node& place, const std::string& where) {
      for (const Rule& rule : rules_) {
        const std::string problem = rule(element);
        if (!problem.empty()) {
          diagnostics.add(place.place, where, in_quotes(text_of(element)) + ' ' + problem);
          ok = false;
        }
      }
    };
    ParameterValue<F>::visit(value, node, path, apply);
    return ok;
  }

  std::vector<Rule> rules_;
  FieldDescription shape_;  // what the rules say
};

/// A field of type F that is a member of T, or of a base class of it.
template <class T, class Base, class F>
class MemberField final : public FieldOf<F> {
 public:
  MemberField(std::string name, F Base::*member, std::string doc)
      : FieldOf<F>(std::move(name), std::move(doc)), member_(member) {}

 protected:
  F& of(void* params) const override { return static_cast<T*>(params)->*member_; }

 private:
  F Base::*member_;
};

/// All fields of a struct, in the order of description.
class FieldTable {
 public:
  const std::vector<std::unique_ptr<Field>>& fields() const { return fields_; }
  const Field* find(const std::string& name) const;
  std::vector<std::string> names() const;

  /// Reads what the mapping holds; unknown keys and missing required ones are problems.
  bool read(void* params, const Node& node, const std::string& path, Diagnostics& diagnostics,
            const std::vector<std::string>& foreign_keys) const;
  Node write(const void* params) const;
  ValueDescription describe(const void* params) const;

 protected:
  /// @throws Error (stuck) when the name is taken
  void add(std::unique_ptr<Field> field);

 private:
  std::vector<std::unique_ptr<Field>> fields_;
};

/// What T::describe fills.
template <class T>
class FieldList : public FieldTable {
 public:
  template <class Base, class F>
  FieldOf<F>& operator()(const char* name, F Base::*member, const char* doc) {
    static_assert(std::is_base_of_v<Base, T>, "the field belongs to another struct");
    auto field = std::make_unique<MemberField<T, Base, F>>(name, member, doc);
    FieldOf<F>& reference = *field;
    add(std::move(field));
    return reference;
  }
};

template <class T>
const FieldTable& field_table() {
  static const FieldList<T> table = [] {
    FieldList<T> list;
    T::describe(list);
    return list;
  }();
  return table;
}

namespace detail {

template <class T, class = void>
struct HasValidate : std::false_type {};
template <class T>
struct HasValidate<
    T, std::void_t<decltype(std::declval<const T&>().validate(std::declval<Validation&>()))>>
    : std::true_type {};

}  // namespace detail

/// Reads a described struct from a mapping, and runs its validate() if it has one and the fields
/// are right.
template <class T>
bool read_group(T& params, const Node& node, const std::string& path, Diagnostics& diagnostics,
                const std::vector<std::string>& foreign_keys = {}) {
  static_assert(is_described<T>, "the struct lacks a static describe(); see core/parameters.h");
  if (!field_table<T>().read(&params, node, path, diagnostics, foreign_keys)) {
    return false;
  }
  if constexpr (detail::HasValidate<T>::value) {
    Validation check(node, path, diagnostics);
    params.validate(check);
    return check.ok();
  }
  return true;
}

template <class T>
struct ParameterValue<T, std::enable_if_t<is_described<T>>> {
  using Element = T;
  static bool read(const Node& node, const std::string& path, Diagnostics& diagnostics, T& value) {
    return read_group(value, node, path, diagnostics);
  }
  static Node write(const T& value) { return field_table<T>().write(&value); }
  static ValueDescription describe(const T& value) { return field_table<T>().describe(&value); }
  static void visit(const T& /*value*/, const Node& /*node*/, const std::string& /*path*/,
                    const ValueVisitor<T>& /*visitor*/) {}
};

// The kinds that most structs share are compiled once, in parameters_fields.cpp.
extern template class FieldOf<bool>;
extern template class FieldOf<int>;
extern template class FieldOf<unsigned>;
extern template class FieldOf<std::int64_t>;
extern template class FieldOf<std::uint64_t>;
extern template class FieldOf<double>;
extern template class FieldOf<std::string>;
extern template class FieldOf<Bytes>;
extern template class FieldOf<Cycles>;
extern template class FieldOf<Energy>;
extern template class FieldOf<Frequency>;
extern template class FieldOf<Time>;

}  // namespace core
}  // namespace lacuna
