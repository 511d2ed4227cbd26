// Requests and answers of the control socket: what all its paths have in common.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "http/server.hpp"

namespace permitd {

http::Response json_answer(int status, const boost::json::object& body);
// Says what is wrong and what to do.
http::Response fault_answer(int status, const std::string& text);
// A value of the query; empty when it is not there.
std::string asked_for(const http::Request& request, const std::string& name);
// A number of the query; `absent` when it is not there or none.
std::size_t number_of(const http::Request& request, const std::string& name, std::size_t absent);
// What stands between the separators, without what is empty.
std::vector<std::string> pieces_of(const std::string& text, char separator);

}  // namespace permitd
