// read_table: one file of mapping/ into a Table, checked against shapes and lists.
//
// Everything that is wrong becomes a complaint of the YAML document, with its position: unknown
// paths, lists and columns, a source leaf neither mapped nor dropped, a target mapped twice or
// required and not mapped. A table with complaints must not be run.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "mapping/rule.hpp"

namespace mapping {

struct ShapeFile {
    std::string namespace_uri;
    Shape documents;  // its parts are the documents
};
using Shapes = std::map<std::string, ShapeFile>;  // by file name without .yaml

// The lists of rules in mapping/shared/, by file name without .yaml: what tables include.
using SharedRules = std::map<std::string, yaml::Node>;

// `partner`: of a partner table the documents that its own file describes, under the name by which
// `from` calls them; null for other tables.
Table read_table(const yaml::Node& root, const Shapes& shapes, const SharedRules& shared,
                 const edi::Lists& lists, const Shape* partner = nullptr);
Conversion read_conversion(const yaml::Node& options, const edi::Lists& lists, Unknown unknown);

}  // namespace mapping
