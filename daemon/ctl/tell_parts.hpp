// What the tellers have in common: values out of the daemon's JSON.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace ctl {

// A value as text that harms no terminal; empty where there is none.
std::string text_of(const boost::json::object& object, const char* name);
// The same of a time, in the zone here.
std::string time_of(const boost::json::object& object, const char* name);
std::int64_t number_of(const boost::json::object& object, const char* name);
const boost::json::array& array_of(const boost::json::object& object, const char* name);
const boost::json::object& object_of(const boost::json::object& object, const char* name);
// Of an object {"zh": …, "en": …} the text in the language that is spoken.
std::string in_language(const boost::json::object& object, const char* name);
std::string or_dash(const std::string& text);
std::string first_of(const std::string& a, const std::string& b);
// A message's state: red where somebody is needed, yellow where permitd asks, green at its end.
std::string state_in_colour(const std::string& state);
// How long until `…_at` of a row that has `received_at` and `age_s`: "in 4m", "now".
std::string until(const boost::json::object& row, const char* name);
std::string problems_of(const boost::json::object& row);
// "nothing there\n"
std::string nothing();

}  // namespace ctl
