"""Policy, vacancies, gates, scoring, uncertainty, explanation, runs."""
