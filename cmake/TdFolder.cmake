# td_folder(NAME USES target…): src/NAME/*.c as the static library td_NAME.
# A folder without a source yet is an interface target, so that the layer order stands.
function(td_folder name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  if(sources)
    add_library(td_${name} STATIC ${sources})
    target_link_libraries(td_${name} PUBLIC td_options ${ARG_USES})
  else()
    add_library(td_${name} INTERFACE)
    target_link_libraries(td_${name} INTERFACE td_options ${ARG_USES})
  endif()
endfunction()
