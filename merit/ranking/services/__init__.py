"""What the agency does with policies, vacancies and runs."""
