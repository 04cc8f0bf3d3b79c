# The source checks (cmake/check_*.py) as tests, and the tests of the checks themselves.
# Label check: what reads sources only, and need not run again under sanitizers.
function(td_check name)
  add_test(NAME ${name} COMMAND ${TD_PYTHON} -B ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "unit;check" SKIP_RETURN_CODE 77 TIMEOUT 120)
endfunction()

foreach(check layers length banned format)
  td_check(check-${check} ${CMAKE_SOURCE_DIR}/cmake/check_${check}.py ${CMAKE_SOURCE_DIR})
endforeach()
td_check(unit/checks/test_checks ${CMAKE_CURRENT_SOURCE_DIR}/unit/checks/test_checks.py)
td_check(unit/checks/test_dev ${CMAKE_CURRENT_SOURCE_DIR}/unit/checks/test_dev.py)
td_check(unit/checks/test_traps_page ${CMAKE_CURRENT_SOURCE_DIR}/unit/checks/test_traps_page.py)

# The bench in small, so that it does not rot.                                label bench
td_python_tests(bench bench 300)
